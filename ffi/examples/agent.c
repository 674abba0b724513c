/*
 * agent: watches a host and prints the problems of PCI passthrough, one JSON document
 * a line.
 *
 *     agent [--root DIR] [--interval SECONDS] [--count LOOKS]
 *
 * A line is printed for the first look, and for each later one that found something else:
 *
 *     {"event":"report","changed":[...],"report":{...}}
 *
 * `report` is what `passthru doctor --json` prints, and `changed` has a sentence for each
 * difference from the look before. It ends after LOOKS looks, or at a signal. The exit
 * status is that of the last look: 0 no problem, 1 at least one problem, 2 the host
 * cannot be read.
 *
 * Build it:
 *
 *     cc agent.c $(pkg-config --cflags --libs passthru) -o agent
 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <passthru.h>

enum { USAGE = 2 };

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

/* Prints a JSON document without its line ends. Within strings JSON has none. */
static void print_on_one_line(const char *json)
{
    for (; *json != 0; json++)
        if (*json != '\n')
            putchar(*json);
}

/* Prints a text as a JSON string. */
static void print_string(const char *text)
{
    putchar('"');
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            printf("\\u%04x", (unsigned)(unsigned char)*text);
        else
            putchar(*text);
    }
    putchar('"');
}

/* Prints why a call failed, as a line like the others, and frees the error. */
static void print_error(passthru_error *error)
{
    fputs("{\"event\":\"error\",\"error\":", stdout);
    print_on_one_line(passthru_document_text(passthru_error_document(error)));
    fputs("}\n", stdout);
    passthru_error_free(error);
}

/* The differences of a look from the one before; NULL for the first. */
static const passthru_value *differences_of(const passthru_document *diff)
{
    return passthru_value_member(passthru_document_value(diff), "differences");
}

/* Prints the report, with what differs from the look before. */
static void print_report(const passthru_document *report, const passthru_value *differences)
{
    fputs("{\"event\":\"report\",\"changed\":[", stdout);
    for (size_t i = 0; i < passthru_value_length(differences); i++) {
        const passthru_value *difference = passthru_value_element(differences, i);

        if (i > 0)
            putchar(',');
        print_string(passthru_value_string(passthru_value_member(difference, "title"), NULL));
    }
    fputs("],\"report\":", stdout);
    print_on_one_line(passthru_document_text(report));
    fputs("}\n", stdout);
}

/* Looks once, and replaces the look before. Returns whether they differ. */
static int look(const char *root, passthru_host **before)
{
    passthru_host *host = NULL;
    passthru_document *report = NULL;
    passthru_document *diff = NULL;
    passthru_error *error = NULL;
    passthru_status status;
    int result = USAGE;

    status = root == NULL ? passthru_host_open_live(&host, &error)
                          : passthru_host_open_directory(root, &host, &error);
    if (status == PASSTHRU_STATUS_OK)
        status = passthru_host_doctor(host, NULL, 0, NULL, PASSTHRU_FORMAT_JSON, &report, &error);
    if (status == PASSTHRU_STATUS_OK && *before != NULL)
        status = passthru_host_diff(*before, host, &diff, &error);
    if (status == PASSTHRU_STATUS_OK) {
        if (*before == NULL || passthru_value_length(differences_of(diff)) > 0)
            print_report(report, differences_of(diff));
        result = (int)passthru_document_exit_status(report);
        passthru_host_free(*before);
        *before = host;
        host = NULL;
    } else {
        print_error(error);
    }
    fflush(stdout);
    passthru_document_free(diff);
    passthru_document_free(report);
    passthru_host_free(host);
    return result;
}

int main(int argc, char **argv)
{
    const char *root = NULL;
    struct timespec interval = {60, 0};
    struct sigaction action;
    passthru_host *before = NULL;
    long count = -1;
    int result = USAGE;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--root") == 0 && i + 1 < argc)
            root = argv[++i];
        else if (strcmp(argv[i], "--interval") == 0 && i + 1 < argc)
            interval.tv_sec = strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--count") == 0 && i + 1 < argc)
            count = strtol(argv[++i], NULL, 10);
        else {
            fputs("usage: agent [--root DIR] [--interval SECONDS] [--count LOOKS]\n", stderr);
            return USAGE;
        }
    }
    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    for (;;) {
        result = look(root, &before);
        if (stopped || (count > 0 && --count == 0))
            break;
        /* A signal ends the sleep, and then the program. */
        nanosleep(&interval, NULL);
        if (stopped)
            break;
    }
    passthru_host_free(before);
    return result;
}
