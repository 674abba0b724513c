/* What a C program must not do, and what becomes of it where the allocator leaves freed
 * memory in place: it is answered like NULL. Not for valgrind and AddressSanitizer, which
 * end the program at the first of these, and rightly so. */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <passthru.h>

#define EXPECT(condition)                                                              \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(stderr, "freed.c:%d: expected %s\n", __LINE__, #condition);        \
            return 1;                                                                  \
        }                                                                              \
    } while (0)

static int wrong_objects(const char *directory)
{
    passthru_host *host = NULL;
    passthru_report *report = NULL;
    passthru_error *error = NULL;
    passthru_status status;

    EXPECT(passthru_host_open_directory(directory, &host, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_host_doctor(host, NULL, 0, NULL, &report, NULL) == PASSTHRU_STATUS_OK);
    /* An object of another kind. */
    EXPECT(passthru_plan_edit_count((const passthru_plan *)(void *)report) == 0);
    EXPECT(passthru_host_list_json((const passthru_host *)(void *)report) == NULL);
    passthru_host_free((passthru_host *)(void *)report);
    EXPECT(passthru_report_finding_count(report) > 0);
    status = passthru_host_doctor((const passthru_host *)(void *)report, NULL, 0, NULL, &report,
                                  &error);
    EXPECT(status == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(strstr(passthru_error_message(error), "expected a living host") != NULL);
    passthru_error_free(error);
    /* Twice, and after it. */
    passthru_host_free(host);
    passthru_host_free(host);
    EXPECT(passthru_host_list_json(host) == NULL);
    EXPECT(passthru_host_device_count(host) == 0);
    /* What points to no object at all. */
    EXPECT(passthru_host_list_json((const passthru_host *)(uintptr_t)1) == NULL);
    return 0;
}

static volatile sig_atomic_t signals;

static void count(int signal)
{
    (void)signal;
    signals = signals + 1;
}

/* A signal each millisecond, without SA_RESTART: system calls end with EINTR. */
static int interrupted(const char *directory)
{
    struct itimerval each = {{0, 1000}, {0, 1000}};
    struct itimerval never = {{0, 0}, {0, 0}};
    struct sigaction action;
    passthru_host *quiet = NULL;
    passthru_document *before = NULL;
    int looks = 0;

    EXPECT(passthru_host_open_directory(directory, &quiet, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_host_status(quiet, &before, NULL) == PASSTHRU_STATUS_OK);
    memset(&action, 0, sizeof action);
    action.sa_handler = count;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    while (signals < 100 && looks < 100000) {
        passthru_host *host = NULL;
        passthru_document *document = NULL;

        looks++;
        EXPECT(passthru_host_open_directory(directory, &host, NULL) == PASSTHRU_STATUS_OK);
        EXPECT(passthru_host_status(host, &document, NULL) == PASSTHRU_STATUS_OK);
        EXPECT(strcmp(passthru_document_text(document), passthru_document_text(before)) == 0);
        passthru_document_free(document);
        passthru_host_free(host);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    EXPECT(signals >= 100);
    passthru_document_free(before);
    passthru_host_free(quiet);
    return 0;
}

static int lengths(void)
{
    passthru_ids ids = {0x10de, 0x2d04};
    passthru_address address = {0, 1, 0, 0};
    passthru_address nowhere = {0, 0, 32, 8};
    passthru_ids found[4];
    char text[64];
    char one;
    size_t whole;

    /* Any size of the buffer, and none. */
    whole = passthru_names_device(NULL, ids, NULL, 0);
    EXPECT(whole > 8 && whole < sizeof text);
    EXPECT(passthru_names_device(NULL, ids, text, sizeof text) == whole);
    EXPECT(strlen(text) == whole);
    EXPECT(passthru_names_device(NULL, ids, text, 6) == whole && strlen(text) == 5);
    EXPECT(passthru_names_device(NULL, ids, &one, 1) == whole && one == 0);
    EXPECT(passthru_address_format(address, text, sizeof text) == 12);
    EXPECT(strcmp(text, "0000:01:00.0") == 0);
    EXPECT(passthru_address_format(nowhere, text, sizeof text) == 0 && text[0] == 0);
    EXPECT(passthru_address_parse("pci_0000_02_00_1", &address, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(address.bus == 2 && address.function == 1);
    EXPECT(passthru_address_parse("02:0x.1", &address, NULL) == PASSTHRU_STATUS_BAD_DEVICE);
    EXPECT(address.bus == 0);
    EXPECT(passthru_names_search(NULL, "5060 ti", found, 1) >= 1 && found[0].vendor == 0x10de);
    EXPECT(passthru_names_search(NULL, "\xff", found, 4) == 0);
    EXPECT(passthru_names_search(NULL, NULL, found, 4) == 0);
    return 0;
}

static int builders(const char *directory)
{
    passthru_apply_options *options = NULL;
    passthru_input *input = NULL;
    passthru_request *request = NULL;
    passthru_transaction *done = NULL;
    passthru_host *host = NULL;
    passthru_error *error = NULL;
    const passthru_text text = {"notes", (const uint8_t *)"hello", 5};

    EXPECT(passthru_apply_options_new(&options, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_apply_options_set_commands(options, 9) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_apply_options_set_binding(options, 0) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_apply_options_accept(options, "\xff") == PASSTHRU_STATUS_NOT_UTF8);
    EXPECT(passthru_apply_options_set_root(NULL, "/") == PASSTHRU_STATUS_BAD_ARGUMENT);
    /* What is changed is to be said. */
    EXPECT(passthru_undo(options, NULL, &done, &error) == PASSTHRU_STATUS_BAD_REQUEST);
    EXPECT(done == NULL && strstr(passthru_error_message(error), "root") != NULL);
    passthru_error_free(error);
    EXPECT(passthru_apply_options_set_root(options, directory) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_plan_apply(NULL, options, NULL, &done, NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    passthru_apply_options_free(options);

    EXPECT(passthru_input_new(&input, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_input_add_file(input, "etc", NULL, 0) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_input_add_file(input, "/../etc", NULL, 0) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_input_add_file(input, "/a", NULL, 5) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_input_add_file(input, "/a", (const uint8_t *)"x", SIZE_MAX)
           == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_input_add_link(input, "/b", NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_input_add_text(input, NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_host_open_input(input, NULL, &host, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_host_device_count(host) == 0);
    passthru_host_free(host);
    EXPECT(passthru_input_add_text(input, &text) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_host_open_input(input, NULL, &host, &error) == PASSTHRU_STATUS_BAD_TEXT);
    EXPECT(strcmp(passthru_error_file(error), "notes") == 0 && passthru_error_line(error) == 1);
    EXPECT(passthru_error_help(error) != NULL);
    passthru_error_free(error);
    passthru_input_free(input);

    EXPECT(passthru_request_new(&request, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_request_add_device(request, NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_request_set_target(request, "\xff") == PASSTHRU_STATUS_NOT_UTF8);
    passthru_request_free(request);
    return 0;
}

/* An input of files that the program has read by itself: no file of a host is there. */
static int memory(void)
{
    static const char device[] = "/sys/bus/pci/devices/0000:01:00.0/";
    static const char *const files[][2] = {
        {"vendor", "0x10de\n"}, {"device", "0x2d04\n"}, {"class", "0x030000\n"}};
    passthru_device_fields fields;
    passthru_input *input = NULL;
    passthru_host *host = NULL;
    char path[128];
    char name[64];

    EXPECT(passthru_input_new(&input, NULL) == PASSTHRU_STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", device, files[i][0]);
        EXPECT(passthru_input_add_file(input, path, (const uint8_t *)files[i][1],
                                       strlen(files[i][1]))
               == PASSTHRU_STATUS_OK);
    }
    snprintf(path, sizeof path, "%sdriver", device);
    EXPECT(passthru_input_add_link(input, path, "../../../bus/pci/drivers/vfio-pci")
           == PASSTHRU_STATUS_OK);
    EXPECT(passthru_host_open_input(input, NULL, &host, NULL) == PASSTHRU_STATUS_OK);
    passthru_input_free(input);
    EXPECT(passthru_host_device_count(host) == 1);
    EXPECT(passthru_host_device(host, 0, &fields) && !passthru_host_device(host, 1, &fields));
    EXPECT(fields.has_ids && fields.ids.vendor == 0x10de && fields.ids.device == 0x2d04);
    EXPECT(fields.has_class && fields.class_code == 0x030000 && !fields.has_group);
    EXPECT(fields.driver_known && passthru_host_device_driver(host, 0, name, sizeof name) == 8);
    EXPECT(strcmp(name, "vfio-pci") == 0);
    passthru_host_free(host);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: freed DIR\n", stderr);
        return 2;
    }
    return lengths() || builders(argv[1]) || memory() || interrupted(argv[1])
        || wrong_objects(argv[1]);
}
