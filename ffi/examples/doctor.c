/*
 * doctor: what stands in the way of PCI passthrough on a host, and what would
 * change that.
 *
 *     doctor DIR|FILE... [--device D]... [--target T] [--plan] [--vm ID] [--text]
 *
 * DIR holds a host's files: a mounted root, or a directory of examples/hosts. Each
 * FILE holds what a command printed (lspci -nnk, dmesg), a configuration file or a
 * snapshot of `passthru capture`. Without either the running host is read.
 *
 * It prints JSON, the same bytes as `passthru doctor --json`, or with --plan as
 * `passthru plan --json`. With --text it prints for people instead. The exit status
 * is 0 when nothing stands in the way, 1 when something does or when no plan can be
 * made, and 2 for wrong usage or unreadable input.
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

/* Says why a call failed and gives the exit status for it.
 *
 * The message says what was expected, what was found and where; the status is for
 * programs. Errors are objects like all others: whoever gets one frees it. */
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

/* Prints a report for people: each finding with the lines that prove it.
 *
 * Strings belong to the report and are not freed. Lookups beyond the end give NULL
 * or 0, so that a loop may also run until there is nothing left. */
static void print_report(const passthru_report *report)
{
    size_t count = passthru_report_finding_count(report);

    for (size_t finding = 0; finding < count; finding++) {
        passthru_verdict verdict = passthru_report_finding_verdict(report, finding);
        const char *word = passthru_verdict_word(verdict);
        const char *remedy = passthru_report_finding_remedy(report, finding);
        const char *device;
        const char *text;

        /* A library newer than its header may know more verdicts; it has words for
         * all of them. */
        printf("%s: %s [%s]\n", word, passthru_report_finding_title(report, finding),
               passthru_report_finding_code(report, finding));
        for (size_t i = 0; (device = passthru_report_finding_device(report, finding, i)); i++)
            printf("    device %s\n", device);
        for (size_t i = 0; (text = passthru_report_finding_evidence_text(report, finding, i)); i++) {
            uint32_t line = passthru_report_finding_evidence_line(report, finding, i);

            /* 0 is for what is no line, such as the target of a link. */
            printf("    | %s", passthru_report_finding_evidence_source(report, finding, i));
            if (line != 0)
                printf(":%lu", (unsigned long)line);
            printf(": %s\n", text);
        }
        if (remedy != NULL)
            printf("    -> %s\n", remedy);
    }
}

/* Prints a plan for people: the edits as a patch, then the commands. */
static void print_plan(const passthru_plan *plan)
{
    const char *reboot = passthru_plan_reboot_reason(plan);
    const char *text;

    for (size_t edit = 0; edit < passthru_plan_edit_count(plan); edit++) {
        /* A file that does not exist yet has no text before. */
        bool is_new = passthru_plan_edit_before(plan, edit, NULL) == NULL;

        printf("%s %s\n", is_new ? "create" : "edit", passthru_plan_edit_path(plan, edit));
        for (size_t i = 0; (text = passthru_plan_edit_reason(plan, edit, i)); i++)
            printf("    - %s\n", text);
    }
    printf("%s", passthru_plan_to_patch(plan));
    for (size_t command = 0; command < passthru_plan_command_count(plan); command++) {
        printf("run");
        for (size_t i = 0; (text = passthru_plan_command_argument(plan, command, i)); i++)
            printf(" %s", text);
        printf("\n    - %s\n", passthru_plan_command_reason(plan, command));
    }
    if (reboot != NULL)
        printf("reboot\n    - %s\n", reboot);
    for (size_t i = 0; (text = passthru_plan_manual_text(plan, i)); i++)
        printf("by hand [%s]\n    - %s\n", passthru_plan_manual_name(plan, i), text);
    for (size_t i = 0; (text = passthru_plan_loss(plan, i)); i++)
        printf("the host gives up: %s\n", text);
}

static int doctor(const passthru_host *host, const struct request *request)
{
    passthru_report *report;
    passthru_error *error;
    int result;

    if (passthru_host_doctor(host, request->devices, request->device_count, request->target,
                             &report, &error) != PASSTHRU_STATUS_OK)
        return failed(error);
    if (request->text)
        print_report(report);
    else
        fputs(passthru_report_to_json(report), stdout);
    result = passthru_report_has_fault(report) ? FAULTS : OK;
    passthru_report_free(report);
    return result;
}

static int plan(const passthru_host *host, const struct request *request)
{
    passthru_plan *plan;
    passthru_error *error;

    if (passthru_host_plan(host, request->devices, request->device_count, request->target,
                           request->vm, &plan, &error) != PASSTHRU_STATUS_OK)
        return failed(error);
    if (request->text)
        print_plan(plan);
    else
        fputs(passthru_plan_to_json(plan), stdout);
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
