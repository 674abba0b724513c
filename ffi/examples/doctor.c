/*
 * doctor: the problems of PCI passthrough on a host, and the plan that corrects
 * them.
 *
 *     doctor DIR|FILE... [--device D]... [--target T] [--plan] [--vm ID] [--text]
 *
 * DIR holds a host's files: a mounted root, or a directory of examples/hosts. Each
 * FILE holds what a command printed (lspci -nnk, dmesg), a configuration file or a
 * snapshot of `passthru capture`. Without either the running host is read.
 *
 * It prints JSON, the same bytes as `passthru doctor --json`, or with --plan as
 * `passthru plan --json`. With --text it prints for people instead. The exit status
 * is 0 without a problem, 1 with one or when no plan can be made, and 2 for wrong usage
 * or unreadable input.
 *
 * Build it:
 *
 *     cc doctor.c $(pkg-config --cflags --libs passthru) -o doctor
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <passthru.h>

enum { OK = 0, FAULTS = 1, USAGE = 2 };

static const char usage[] =
    "usage: doctor DIR|FILE... [--device D]... [--target T] [--plan] [--vm ID] [--text]\n";

/* What the arguments say. The lists point into argv and are as long as it. */
struct request {
    const char **inputs;
    size_t input_count;
    const char **devices;
    size_t device_count;
    const char *target;
    const char *vm;
    bool plan;
    bool text;
};

/* Prints why a call failed, and returns its exit status.
 *
 * The message says what was expected, what was found and where; the status is for
 * programs. Errors are objects like all others: the caller frees them. */
static int failed(passthru_error *error)
{
    passthru_status status = passthru_error_status(error);

    fprintf(stderr, "doctor: %s\n", passthru_error_message(error));
    passthru_error_free(error);
    return status == PASSTHRU_STATUS_NO_PLAN ? FAULTS : USAGE;
}

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Reads a whole file. The caller frees the data. */
static bool read_file(const char *path, uint8_t **data, size_t *length)
{
    FILE *file = fopen(path, "rb");
    size_t room = 0;

    *data = NULL;
    *length = 0;
    if (file == NULL)
        return false;
    while (!feof(file) && !ferror(file)) {
        if (*length == room) {
            uint8_t *larger = realloc(*data, room = room == 0 ? 65536 : room * 2);

            if (larger == NULL)
                break;
            *data = larger;
        }
        *length += fread(*data + *length, 1, room - *length, file);
    }
    if (!feof(file)) {
        int reason = ferror(file) ? errno : ENOMEM;

        free(*data);
        *data = NULL;
        fclose(file);
        errno = reason;
        return false;
    }
    fclose(file);
    return true;
}

/* Reads a host from texts. They are needed for the call only: what the host keeps
 * of them is its own. */
static int open_texts(const struct request *request, passthru_host **host)
{
    passthru_text *texts = calloc(request->input_count, sizeof *texts);
    passthru_error *error = NULL;
    size_t count = 0;
    int result = OK;

    if (texts == NULL)
        return USAGE;
    for (; count < request->input_count && result == OK; count++) {
        uint8_t *data;

        /* Evidence will call the text by this name. */
        texts[count].name = request->inputs[count];
        if (read_file(request->inputs[count], &data, &texts[count].length)) {
            texts[count].data = data;
        } else {
            fprintf(stderr, "doctor: %s: %s\n", request->inputs[count], strerror(errno));
            result = USAGE;
        }
    }
    if (result == OK && passthru_host_open_texts(texts, count, host, &error) != PASSTHRU_STATUS_OK)
        result = failed(error);
    while (count > 0)
        free((void *)texts[--count].data);
    free(texts);
    return result;
}

/* Reads the host that the arguments name. */
static int open_host(const struct request *request, passthru_host **host)
{
    passthru_error *error = NULL;
    passthru_status status;

    if (request->input_count == 0)
        status = passthru_host_open_live(host, &error);
    else if (request->input_count == 1 && is_directory(request->inputs[0]))
        status = passthru_host_open_directory(request->inputs[0], host, &error);
    else
        return open_texts(request, host);
    return status == PASSTHRU_STATUS_OK ? OK : failed(error);
}

/* The string that a value has under a name. It belongs to the document. */
static const char *text_of(const passthru_value *value, const char *name)
{
    return passthru_value_string(passthru_value_member(value, name), NULL);
}

/* Prints the strings of an array, each between two texts. */
static void print_all(const passthru_value *texts, const char *before, const char *after)
{
    for (size_t i = 0; i < passthru_value_length(texts); i++)
        printf("%s%s%s", before, passthru_value_string(passthru_value_element(texts, i), NULL),
               after);
}

/* Prints what to do: a person's step in its own words, and anything else by its kind. */
static void print_remedy(const passthru_value *remedy)
{
    const char *kind = text_of(remedy, "kind");
    const char *text = text_of(remedy, "text");

    /* null where there is nothing to do: it has no member. */
    if (kind == NULL)
        return;
    printf("    -> %s:", kind);
    if (text != NULL)
        printf(" %s", text);
    print_all(passthru_value_member(remedy, "argv"), " ", "");
    print_all(passthru_value_member(remedy, "arguments"), " ", "");
    putchar('\n');
}

/* Prints a report for people: each finding with the lines that prove it.
 *
 * A value is part of its document and is not freed. What is not there is NULL, and a member
 * of that is NULL, too. */
static void print_report(const passthru_value *report)
{
    const passthru_value *findings = passthru_value_member(report, "findings");

    for (size_t i = 0; i < passthru_value_length(findings); i++) {
        const passthru_value *finding = passthru_value_element(findings, i);
        const passthru_value *evidence = passthru_value_member(finding, "evidence");

        printf("%s: %s [%s]\n", text_of(finding, "verdict"), text_of(finding, "title"),
               text_of(finding, "code"));
        print_all(passthru_value_member(finding, "devices"), "    device ", "\n");
        for (size_t j = 0; j < passthru_value_length(evidence); j++) {
            const passthru_value *shown = passthru_value_element(evidence, j);
            uint64_t line;

            printf("    | %s", text_of(shown, "source"));
            /* null if the evidence is not a line, such as the target of a link. */
            if (passthru_value_unsigned(passthru_value_member(shown, "line"), &line))
                printf(":%lu", (unsigned long)line);
            printf(": %s\n", text_of(shown, "text"));
        }
        print_remedy(passthru_value_member(finding, "remedy"));
    }
}

/* Prints a plan for people: the edits as a patch, then the commands. */
static void print_plan(const passthru_value *plan, const passthru_document *patch)
{
    const passthru_value *edits = passthru_value_member(plan, "edits");
    const passthru_value *commands = passthru_value_member(plan, "commands");
    const passthru_value *manual = passthru_value_member(plan, "manual_steps");
    const char *reboot = text_of(plan, "reboot_reason");

    for (size_t i = 0; i < passthru_value_length(edits); i++) {
        const passthru_value *edit = passthru_value_element(edits, i);

        /* A file that does not exist yet has no text before. */
        printf("%s %s\n", text_of(edit, "before") == NULL ? "create" : "edit",
               text_of(edit, "path"));
        print_all(passthru_value_member(edit, "purposes"), "    - ", "\n");
    }
    fwrite(passthru_document_text(patch), 1, passthru_document_length(patch), stdout);
    for (size_t i = 0; i < passthru_value_length(commands); i++) {
        const passthru_value *command = passthru_value_element(commands, i);

        printf("run");
        print_all(passthru_value_member(command, "argv"), " ", "");
        printf("\n    - %s\n", text_of(command, "purpose"));
    }
    if (reboot != NULL)
        printf("reboot\n    - %s\n", reboot);
    for (size_t i = 0; i < passthru_value_length(manual); i++) {
        const passthru_value *step = passthru_value_element(manual, i);

        printf("by hand [%s]\n    - %s\n", text_of(step, "step"), text_of(step, "text"));
    }
    print_all(passthru_value_member(plan, "host_impact"), "host impact: ", "\n");
}

static int doctor(const passthru_host *host, const struct request *request)
{
    passthru_document *report;
    passthru_error *error;
    int result;

    if (passthru_host_doctor(host, request->devices, request->device_count, request->target,
                             PASSTHRU_FORMAT_JSON, &report, &error) != PASSTHRU_STATUS_OK)
        return failed(error);
    if (request->text)
        print_report(passthru_document_value(report));
    else
        fputs(passthru_document_text(report), stdout);
    /* The command's exit status: 1 with a problem. */
    result = (int)passthru_document_exit_status(report);
    passthru_document_free(report);
    return result;
}

static int plan(const passthru_host *host, const struct request *request)
{
    passthru_plan *plan;
    passthru_document *patch = NULL;
    passthru_error *error;

    if (passthru_host_plan(host, request->devices, request->device_count, request->target,
                           request->vm, &plan, &error) != PASSTHRU_STATUS_OK)
        return failed(error);
    if (!request->text)
        fputs(passthru_document_text(passthru_plan_document(plan)), stdout);
    else if (passthru_plan_to_patch(plan, &patch, &error) == PASSTHRU_STATUS_OK)
        print_plan(passthru_document_value(passthru_plan_document(plan)), patch);
    else
        passthru_error_free(error);
    passthru_document_free(patch);
    passthru_plan_free(plan);
    return OK;
}

/* Whether the arguments could be understood. */
static bool understand(int argc, char **argv, struct request *request)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];

        if (strcmp(word, "--plan") == 0)
            request->plan = true;
        else if (strcmp(word, "--text") == 0)
            request->text = true;
        else if (strcmp(word, "--device") == 0 && i + 1 < argc)
            request->devices[request->device_count++] = argv[++i];
        else if (strcmp(word, "--target") == 0 && i + 1 < argc)
            request->target = argv[++i];
        else if (strcmp(word, "--vm") == 0 && i + 1 < argc)
            request->vm = argv[++i];
        else if (strncmp(word, "--", 2) != 0)
            request->inputs[request->input_count++] = word;
        else
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct request request = {0};
    passthru_host *host = NULL;
    int result = USAGE;

    /* The library that runs may be older than the one that this was built with. */
    if (passthru_api_version() < PASSTHRU_API_VERSION) {
        fprintf(stderr, "doctor: libpassthru %s is too old\n", passthru_version_string());
        return USAGE;
    }
    request.inputs = calloc((size_t)argc + 1, sizeof *request.inputs);
    request.devices = calloc((size_t)argc + 1, sizeof *request.devices);
    if (request.inputs != NULL && request.devices != NULL) {
        if (!understand(argc, argv, &request)) {
            fputs(usage, stderr);
        } else {
            result = open_host(&request, &host);
            if (result == OK)
                result = request.plan ? plan(host, &request) : doctor(host, &request);
        }
    }
    /* Freeing NULL does nothing, so one way out is enough. */
    passthru_host_free(host);
    free(request.devices);
    free(request.inputs);
    return result;
}
