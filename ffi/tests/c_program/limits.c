/* Signals that interrupt, buffers of any size, and what is put together call by call. */
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
            fprintf(stderr, "limits.c:%d: expected %s\n", __LINE__, #condition);        \
            return 1;                                                                  \
        }                                                                              \
    } while (0)

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
    uint64_t address = 0x100;
    passthru_document *found = NULL;
    char text[64];
    char one;
    size_t whole;

    /* Any size of the buffer, and none. */
    whole = passthru_names_device_text(NULL, 0x10de, 0x2d04, NULL, 0);
    EXPECT(whole > 8 && whole < sizeof text);
    EXPECT(passthru_names_device_text(NULL, 0x10de, 0x2d04, text, sizeof text) == whole);
    EXPECT(strlen(text) == whole);
    EXPECT(passthru_names_device_text(NULL, 0x10de, 0x2d04, text, 6) == whole);
    EXPECT(strlen(text) == 5);
    EXPECT(passthru_names_device_text(NULL, 0x10de, 0x2d04, &one, 1) == whole && one == 0);
    EXPECT(passthru_address_format(address, text, sizeof text) == 12);
    EXPECT(strcmp(text, "0000:01:00.0") == 0);
    EXPECT(passthru_address_format(UINT64_MAX, text, sizeof text) == 0 && text[0] == 0);
    EXPECT(passthru_address_parse("pci_0000_02_00_1", &address, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(address == 0x201);
    EXPECT(passthru_address_parse("02:0x.1", &address, NULL) == PASSTHRU_STATUS_BAD_DEVICE);
    EXPECT(address == 0);
    EXPECT(passthru_names_ids(NULL, "5060 ti", &found, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(strcmp(passthru_value_string(
                      passthru_value_at(passthru_document_value(found), "/ids/0/vendor"), NULL),
                  "10de") == 0);
    passthru_document_free(found);
    EXPECT(passthru_names_ids(NULL, "no such", &found, NULL) == PASSTHRU_STATUS_NO_ENTRY);
    EXPECT(passthru_names_ids(NULL, "\xff", &found, NULL) == PASSTHRU_STATUS_NOT_UTF8);
    EXPECT(passthru_names_ids(NULL, NULL, &found, NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    return 0;
}

static int builders(const char *directory)
{
    passthru_apply_options *options = NULL;
    passthru_input *input = NULL;
    passthru_request *request = NULL;
    passthru_document *done = NULL;
    passthru_document *list = NULL;
    const passthru_value *failure;
    uint64_t line;
    passthru_host *host = NULL;
    passthru_error *error = NULL;
    const passthru_text text = {"notes", (const uint8_t *)"hello", 5};

    EXPECT(passthru_apply_options_new(&options, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_apply_options_set_commands(options, 9) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_apply_options_set_binding(options, 0) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_apply_options_accept(options, "\xff") == PASSTHRU_STATUS_NOT_UTF8);
    EXPECT(passthru_apply_options_set_confirmation(options, 600, NULL)
           == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_apply_options_set_root(NULL, "/") == PASSTHRU_STATUS_BAD_ARGUMENT);
    /* The root to change is required. */
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
    EXPECT(passthru_host_list(host, NULL, 0, &list, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_value_length(passthru_value_at(passthru_document_value(list), "/devices")) == 0);
    passthru_document_free(list);
    passthru_host_free(host);
    EXPECT(passthru_input_add_text(input, &text) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_host_open_input(input, NULL, &host, &error) == PASSTHRU_STATUS_BAD_TEXT);
    failure = passthru_document_value(passthru_error_document(error));
    EXPECT(strcmp(passthru_value_string(passthru_value_member(failure, "file"), NULL), "notes") == 0);
    EXPECT(passthru_value_unsigned(passthru_value_member(failure, "line"), &line) && line == 1);
    EXPECT(passthru_value_string(passthru_value_member(failure, "help"), NULL) != NULL);
    passthru_error_free(error);
    passthru_input_free(input);

    EXPECT(passthru_request_new(&request, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_request_add_device(request, NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    EXPECT(passthru_request_set_target(request, "\xff") == PASSTHRU_STATUS_NOT_UTF8);
    passthru_request_free(request);
    return 0;
}

/* Whether a value has this string under a name. */
static int is(const passthru_value *value, const char *name, const char *expected)
{
    return strcmp(passthru_value_string(passthru_value_member(value, name), NULL), expected) == 0;
}

/* An input of files that the program itself has read, without a file of a host. */
static int memory(void)
{
    static const char device[] = "/sys/bus/pci/devices/0000:01:00.0/";
    static const char *const files[][2] = {
        {"vendor", "0x10de\n"}, {"device", "0x2d04\n"}, {"class", "0x030000\n"}};
    passthru_document *list = NULL;
    const passthru_value *found;
    passthru_input *input = NULL;
    passthru_host *host = NULL;
    char path[128];

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
    EXPECT(passthru_host_list(host, NULL, 0, &list, NULL) == PASSTHRU_STATUS_OK);
    found = passthru_value_at(passthru_document_value(list), "/devices");
    EXPECT(passthru_value_length(found) == 1);
    found = passthru_value_element(found, 0);
    EXPECT(is(found, "vendor", "10de") && is(found, "device", "2d04"));
    EXPECT(is(found, "class_code", "030000") && is(found, "driver", "vfio-pci"));
    EXPECT(passthru_value_type(passthru_value_member(found, "iommu_group")) == PASSTHRU_TYPE_NULL);
    passthru_document_free(list);
    passthru_host_free(host);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: limits DIR\n", stderr);
        return 2;
    }
    return lengths() || builders(argv[1]) || memory() || interrupted(argv[1]);
}
