/* What a C program can do wrong with libpassthru: each call is answered with a
 * status, NULL or 0. Run under valgrind it also shows that nothing is leaked or
 * read that is not there. The first wrong answer is named and ends it. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <passthru.h>

#define EXPECT(condition)                                                              \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(stderr, "misuse.c:%d: expected %s\n", __LINE__, #condition);       \
            return 1;                                                                  \
        }                                                                              \
    } while (0)

/* A call that must fail with the status, give no object, and say why. */
#define REFUSED(expected, object, call)                                                \
    do {                                                                               \
        passthru_error *error = (passthru_error *)&nowhere;                            \
        object = (void *)&nowhere;                                                     \
        EXPECT((call) == PASSTHRU_STATUS_##expected);                                  \
        EXPECT(object == NULL);                                                        \
        EXPECT(passthru_error_status(error) == PASSTHRU_STATUS_##expected);            \
        EXPECT(strlen(passthru_error_message(error)) > 0);                             \
        passthru_error_free(error);                                                    \
    } while (0)

static char nowhere;

static int null_objects(void)
{
    uint64_t number = 7;
    int64_t integer = 7;
    double fraction = 7;
    size_t length = 7;

    passthru_host_free(NULL);
    passthru_document_free(NULL);
    passthru_plan_free(NULL);
    passthru_rom_free(NULL);
    passthru_names_free(NULL);
    passthru_error_free(NULL);
    EXPECT(passthru_error_status(NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_error_message(NULL) == NULL);
    EXPECT(passthru_error_document(NULL) == NULL);
    EXPECT(passthru_document_text(NULL) == NULL && passthru_document_length(NULL) == 0);
    EXPECT(passthru_document_value(NULL) == NULL);
    EXPECT(passthru_document_exit_status(NULL) == 0);
    EXPECT(passthru_document_data(NULL, 0, &length) == NULL && length == 0);
    EXPECT(passthru_document_data(NULL, 0, NULL) == NULL);
    EXPECT(passthru_plan_document(NULL) == NULL);
    EXPECT(passthru_value_type(NULL) == PASSTHRU_TYPE_NONE);
    EXPECT(passthru_value_member(NULL, "a") == NULL && passthru_value_member(NULL, NULL) == NULL);
    EXPECT(passthru_value_at(NULL, "") == NULL && passthru_value_at(NULL, NULL) == NULL);
    EXPECT(passthru_value_element(NULL, 0) == NULL && passthru_value_name(NULL, 0) == NULL);
    EXPECT(passthru_value_length(NULL) == 0 && !passthru_value_is_true(NULL));
    length = 7;
    EXPECT(passthru_value_string(NULL, &length) == NULL && length == 0);
    EXPECT(!passthru_value_unsigned(NULL, &number) && number == 7);
    EXPECT(!passthru_value_integer(NULL, &integer) && integer == 7);
    EXPECT(!passthru_value_number(NULL, &fraction) && fraction > 6);
    EXPECT(!passthru_value_address(NULL, &number) && number == 7);
    length = 7;
    EXPECT(passthru_rom_data(NULL, &length) == NULL && length == 0);
    return 0;
}

/* A value is asked for what it is not, and for what is not there. */
static int wrong_values(const passthru_document *report)
{
    const passthru_value *value = passthru_document_value(report);
    const passthru_value *title = passthru_value_at(value, "/findings/0/title");
    const passthru_value *findings = passthru_value_member(value, "findings");
    uint64_t number = 7;
    size_t length = 7;

    EXPECT(passthru_value_type(value) == PASSTHRU_TYPE_OBJECT);
    EXPECT(passthru_value_type(title) == PASSTHRU_TYPE_STRING);
    EXPECT(passthru_value_string(title, NULL) != NULL);
    EXPECT(strlen(passthru_value_string(title, &length)) == length);
    EXPECT(!passthru_value_unsigned(title, &number) && number == 7);
    EXPECT(!passthru_value_address(title, &number) && number == 7);
    EXPECT(!passthru_value_is_true(title) && passthru_value_length(title) == 0);
    EXPECT(passthru_value_member(title, "a") == NULL && passthru_value_element(title, 0) == NULL);
    EXPECT(passthru_value_length(findings) > 0);
    EXPECT(passthru_value_element(findings, passthru_value_length(findings)) == NULL);
    EXPECT(passthru_value_element(findings, (size_t)-1) == NULL);
    EXPECT(passthru_value_name(findings, 0) == NULL);
    EXPECT(strcmp(passthru_value_name(value, 0), "schema") == 0);
    EXPECT(passthru_value_name(value, (size_t)-1) == NULL);
    EXPECT(passthru_value_member(value, NULL) == NULL && passthru_value_at(value, NULL) == NULL);
    EXPECT(passthru_value_member(value, "\xff") == NULL && passthru_value_at(value, "a") == NULL);
    EXPECT(passthru_value_at(value, "/findings/01") == NULL);
    EXPECT(passthru_value_at(value, "/findings/-1") == NULL);
    EXPECT(passthru_value_at(value, "") == value);
    EXPECT(passthru_value_string(value, &length) == NULL && length == 0);
    EXPECT(passthru_value_address(passthru_value_at(value, "/devices/0"), NULL));
    EXPECT(passthru_value_address(passthru_value_at(value, "/devices/0"), &number));
    EXPECT(number == 0x100);
    EXPECT(passthru_document_data(report, 0, &length) == NULL && length == 0);
    return 0;
}

static int wrong_input(void)
{
    const passthru_text no_name = {NULL, (const uint8_t *)"a", 1};
    const passthru_text no_data = {"a", NULL, 1};
    const passthru_text empty = {"a", NULL, 0};
    const passthru_text unknown = {"a", (const uint8_t *)"hello\n", 6};
    const passthru_text bad_name = {"\xff", (const uint8_t *)"hello\n", 6};
    passthru_host *host;

    EXPECT(passthru_host_open_live(NULL, NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    REFUSED(BAD_ARGUMENT, host, passthru_host_open_directory(NULL, &host, &error));
    REFUSED(CANNOT_OPEN, host, passthru_host_open_directory("/no/such", &host, &error));
    REFUSED(CANNOT_OPEN, host, passthru_host_open_directory("/\xff\xfe", &host, &error));
    REFUSED(BAD_TEXT, host, passthru_host_open_texts(NULL, 0, &host, &error));
    REFUSED(BAD_ARGUMENT, host, passthru_host_open_texts(NULL, 1, &host, &error));
    REFUSED(BAD_ARGUMENT, host, passthru_host_open_texts(&unknown, (size_t)-1, &host, &error));
    REFUSED(BAD_ARGUMENT, host, passthru_host_open_texts(&no_name, 1, &host, &error));
    REFUSED(BAD_ARGUMENT, host, passthru_host_open_texts(&no_data, 1, &host, &error));
    REFUSED(BAD_TEXT, host, passthru_host_open_texts(&empty, 1, &host, &error));
    REFUSED(BAD_TEXT, host, passthru_host_open_texts(&unknown, 1, &host, &error));
    REFUSED(NOT_UTF8, host, passthru_host_open_texts(&bad_name, 1, &host, &error));
    return 0;
}

static int wrong_questions(const char *directory)
{
    const char *card[] = {"01:00.0"};
    const char *absent[] = {"7f:1f.7"};
    const char *bad[] = {"\xc3("};
    const char *null[] = {NULL};
    const uint32_t json = PASSTHRU_FORMAT_JSON;
    passthru_host *host = NULL;
    passthru_document *report, *found;
    passthru_plan *plan;
    int wrong;

    EXPECT(passthru_host_open_directory(directory, &host, NULL) == PASSTHRU_STATUS_OK);
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(NULL, NULL, 0, NULL, json, &report, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(host, NULL, 1, NULL, json, &report, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(host, null, 1, NULL, json, &report, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(host, card, 1, NULL, 0, &report, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(host, card, 1, NULL, 9, &report, &error));
    REFUSED(BAD_DEVICE, report, passthru_host_doctor(host, absent, 1, NULL, json, &report, &error));
    REFUSED(NOT_UTF8, report, passthru_host_doctor(host, bad, 1, NULL, json, &report, &error));
    REFUSED(UNKNOWN_TARGET, report, passthru_host_doctor(host, card, 1, "?", json, &report, &error));
    REFUSED(BAD_ARGUMENT, plan, passthru_host_plan(NULL, card, 1, NULL, NULL, &plan, &error));
    REFUSED(BAD_REQUEST, plan, passthru_host_plan(host, NULL, 0, "proxmox", NULL, &plan, &error));
    REFUSED(BAD_REQUEST, plan, passthru_host_plan(host, card, 1, "firecracker", NULL, &plan, &error));
    REFUSED(BAD_REQUEST, plan, passthru_host_plan(host, card, 1, "proxmox", "a\nb", &plan, &error));
    REFUSED(NOT_UTF8, plan, passthru_host_plan(host, card, 1, NULL, "\xff", &plan, &error));
    REFUSED(BAD_REQUEST, plan, passthru_host_release(host, NULL, 0, &plan, &error));
    EXPECT(passthru_host_doctor(host, card, 1, NULL, json, NULL, NULL)
           == PASSTHRU_STATUS_BAD_ARGUMENT);
    /* Who does not want to know why may say so. */
    EXPECT(passthru_host_doctor(host, absent, 1, NULL, json, &report, NULL)
           == PASSTHRU_STATUS_BAD_DEVICE);

    REFUSED(BAD_ARGUMENT, found,
            passthru_host_predict_groups(NULL, NULL, 0, NULL, 0, NULL, &found, &error));
    REFUSED(BAD_ARGUMENT, found,
            passthru_host_predict_groups(host, NULL, 0, NULL, 1, NULL, &found, &error));
    REFUSED(BAD_REQUEST, found,
            passthru_host_predict_groups(host, NULL, 0, NULL, 0, "?", &found, &error));
    REFUSED(BAD_REQUEST, found,
            passthru_host_predict_groups(host, NULL, 0, card, 1, NULL, &found, &error));
    REFUSED(NO_PREDICTION, found,
            passthru_host_predict_groups(host, card, 1, NULL, 0, NULL, &found, &error));
    REFUSED(BAD_ARGUMENT, found, passthru_host_list(NULL, NULL, 0, &found, &error));
    REFUSED(BAD_ARGUMENT, found, passthru_host_groups(NULL, NULL, 0, &found, &error));
    REFUSED(BAD_ARGUMENT, found, passthru_host_verify(NULL, NULL, &found, &error));
    REFUSED(BAD_ARGUMENT, found, passthru_host_diff(host, NULL, &found, &error));
    /* Without a host it is asked for all. */
    EXPECT(passthru_host_ask(NULL, NULL, 0, NULL, &found, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_value_length(passthru_value_at(passthru_document_value(found), "/not_shown")) > 0);
    passthru_document_free(found);

    /* A document does not need its host, and one that is not JSON has no value. */
    EXPECT(passthru_host_doctor(host, card, 1, NULL, PASSTHRU_FORMAT_PROMETHEUS, &found, NULL)
           == PASSTHRU_STATUS_OK);
    EXPECT(passthru_host_doctor(host, card, 1, NULL, json, &report, NULL) == PASSTHRU_STATUS_OK);
    passthru_host_free(host);
    EXPECT(passthru_document_value(found) == NULL && passthru_document_exit_status(found) == 1);
    passthru_document_free(found);
    wrong = wrong_values(report);
    passthru_document_free(report);
    return wrong;
}

/* An option ROM may be any bytes; all that is asked of one is answered. */
static int roms(void)
{
    /* An x86 image of 512 bytes for 10de:2d04, whose bytes do not add up to 0. */
    uint8_t bytes[512] = {0x55, 0xaa, 1};
    passthru_rom *rom;
    passthru_document *edit, *report, *parts, *diff, *ssdt;
    passthru_rom_source source = {bytes, sizeof bytes};
    passthru_rom_source no_data = {NULL, 1};
    passthru_new_image new_image = {0};
    const passthru_value *value;
    const uint8_t *data;
    uint64_t number;
    size_t length;

    memcpy(bytes + 0x40, "PCIR\xde\x10\x04\x2d", 8);
    bytes[0x18] = 0x40;
    bytes[0x4a] = 0x18;
    bytes[0x4f] = 3;
    bytes[0x50] = 1;
    bytes[0x55] = 0x80;
    REFUSED(BAD_ARGUMENT, rom, passthru_rom_parse(NULL, 1, &rom, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_rom_verify(NULL, NULL, NULL, &report, &error));

    EXPECT(passthru_rom_parse(NULL, 0, &rom, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_info(rom, &report, NULL) == PASSTHRU_STATUS_OK);
    value = passthru_document_value(report);
    EXPECT(passthru_value_length(passthru_value_member(value, "images")) == 0);
    passthru_document_free(report);
    passthru_rom_free(rom);

    EXPECT(passthru_rom_parse(bytes, sizeof bytes, &rom, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_data(rom, NULL) != NULL);
    EXPECT(memcmp(passthru_rom_data(rom, &length), bytes, sizeof bytes) == 0);
    EXPECT(length == sizeof bytes);
    EXPECT(passthru_rom_info(rom, &report, NULL) == PASSTHRU_STATUS_OK);
    value = passthru_value_at(passthru_document_value(report), "/images/0");
    EXPECT(strcmp(passthru_value_string(passthru_value_member(value, "vendor"), NULL), "10de") == 0);
    EXPECT(passthru_value_unsigned(passthru_value_member(value, "length"), &number));
    EXPECT(number == 512 && passthru_value_is_true(passthru_value_member(value, "last")));
    EXPECT(!passthru_value_is_true(passthru_value_member(value, "checksum_ok")));
    EXPECT(passthru_value_type(passthru_value_member(value, "efi")) == PASSTHRU_TYPE_NULL);
    passthru_document_free(report);
    REFUSED(BAD_ARGUMENT, report, passthru_rom_info(NULL, &report, &error));
    REFUSED(BAD_REQUEST, report, passthru_rom_verify(rom, "10de", NULL, &report, &error));
    REFUSED(BAD_REQUEST, report, passthru_rom_verify(rom, NULL, "bios", &report, &error));
    REFUSED(NOT_UTF8, report, passthru_rom_verify(rom, "\xff", NULL, &report, &error));

    /* Edits: what is refused, and the bytes that come out. */
    REFUSED(BAD_ARGUMENT, edit, passthru_rom_set_last(NULL, NULL, &edit, &error));
    REFUSED(BAD_ARGUMENT, edit, passthru_rom_patch_ids(rom, NULL, NULL, &edit, &error));
    REFUSED(BAD_ARGUMENT, edit, passthru_rom_add_efi(rom, NULL, 1, NULL, &edit, &error));
    REFUSED(BAD_REQUEST, edit, passthru_rom_patch_ids(rom, "10de", NULL, &edit, &error));
    REFUSED(BAD_REQUEST, edit, passthru_rom_patch_ids(rom, "10de:1", "uefi", &edit, &error));
    REFUSED(BAD_REQUEST, edit, passthru_rom_drop(rom, NULL, &edit, &error));
    REFUSED(BAD_REQUEST, edit, passthru_rom_trim(rom, "all", &edit, &error));
    REFUSED(BAD_REQUEST, edit, passthru_rom_add_efi(rom, bytes, 9, NULL, &edit, &error));
    new_image.ids = "10de";
    REFUSED(BAD_REQUEST, edit, passthru_rom_add_efi(rom, bytes, 9, &new_image, &edit, &error));
    new_image.ids = NULL;
    new_image.device_list = "1c03,";
    REFUSED(BAD_REQUEST, edit, passthru_rom_add_efi(rom, bytes, 9, &new_image, &edit, &error));
    new_image.device_list = "\xff";
    REFUSED(NOT_UTF8, edit, passthru_rom_add_efi(rom, bytes, 9, &new_image, &edit, &error));
    new_image.device_list = NULL;
    new_image.class_code = "vga";
    REFUSED(BAD_REQUEST, edit, passthru_rom_build(&source, 1, &new_image, &edit, &error));
    REFUSED(BAD_REQUEST, edit, passthru_rom_build(NULL, 0, NULL, &edit, &error));
    REFUSED(BAD_ARGUMENT, edit, passthru_rom_build(NULL, 1, NULL, &edit, &error));
    REFUSED(BAD_ARGUMENT, edit, passthru_rom_build(&no_data, 1, NULL, &edit, &error));
    REFUSED(BAD_ARGUMENT, edit, passthru_rom_build(&source, (size_t)-1, NULL, &edit, &error));
    EXPECT(passthru_rom_build(&source, 1, NULL, &edit, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_document_data(edit, 0, &length) != NULL && length == sizeof bytes);
    passthru_document_free(edit);

    REFUSED(BAD_ARGUMENT, parts, passthru_rom_extract(NULL, NULL, "image", &parts, &error));
    REFUSED(BAD_ARGUMENT, parts, passthru_rom_extract(rom, NULL, NULL, &parts, &error));
    REFUSED(BAD_REQUEST, parts, passthru_rom_extract(rom, NULL, "efi", &parts, &error));
    REFUSED(BAD_REQUEST, parts, passthru_rom_extract(rom, "7", "image", &parts, &error));
    REFUSED(BAD_REQUEST, parts, passthru_rom_extract(rom, "all", "driver", &parts, &error));
    REFUSED(BAD_ARGUMENT, parts, passthru_rom_carve(NULL, 1, &parts, &error));
    REFUSED(BAD_ARGUMENT, parts, passthru_rom_vfct(NULL, 1, &parts, &error));
    REFUSED(BAD_REQUEST, parts, passthru_rom_vfct(NULL, 0, &parts, &error));
    REFUSED(BAD_REQUEST, parts, passthru_rom_vfct(bytes, sizeof bytes, &parts, &error));
    EXPECT(passthru_rom_carve(NULL, 0, &parts, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_document_data(parts, 0, NULL) == NULL);
    passthru_document_free(parts);
    EXPECT(passthru_rom_extract(rom, NULL, "image", &parts, NULL) == PASSTHRU_STATUS_OK);
    data = passthru_document_data(parts, 0, &length);
    EXPECT(length == sizeof bytes && memcmp(data, bytes, sizeof bytes) == 0);
    EXPECT(passthru_document_data(parts, 1, &length) == NULL && length == 0);
    EXPECT(passthru_document_data(parts, (size_t)-1, NULL) == NULL);
    passthru_document_free(parts);

    REFUSED(BAD_ARGUMENT, diff, passthru_rom_diff(NULL, rom, &diff, &error));
    REFUSED(BAD_ARGUMENT, diff, passthru_rom_diff(rom, NULL, &diff, &error));
    EXPECT(passthru_rom_diff(rom, rom, &diff, NULL) == PASSTHRU_STATUS_OK);
    value = passthru_value_at(passthru_document_value(diff), "/differences");
    EXPECT(passthru_value_type(value) == PASSTHRU_TYPE_ARRAY && passthru_value_length(value) == 0);
    EXPECT(passthru_document_exit_status(diff) == 0);
    passthru_document_free(diff);

    REFUSED(BAD_ARGUMENT, ssdt, passthru_rom_to_ssdt(NULL, "\\_SB", NULL, &ssdt, &error));
    REFUSED(BAD_ARGUMENT, ssdt, passthru_rom_to_ssdt(rom, NULL, NULL, &ssdt, &error));
    REFUSED(BAD_REQUEST, ssdt, passthru_rom_to_ssdt(rom, "PCI0", NULL, &ssdt, &error));
    REFUSED(BAD_REQUEST, ssdt, passthru_rom_to_ssdt(rom, "\\_SB", "9", &ssdt, &error));
    REFUSED(NOT_UTF8, ssdt, passthru_rom_to_ssdt(rom, "\xff", NULL, &ssdt, &error));
    EXPECT(passthru_rom_to_ssdt(rom, "\\_SB.PCI0", NULL, &ssdt, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(memcmp(passthru_document_data(ssdt, 0, NULL), "SSDT", 4) == 0);
    EXPECT(strstr(passthru_document_text(ssdt), "DefinitionBlock") != NULL);
    EXPECT(passthru_document_value(ssdt) == NULL);
    passthru_document_free(ssdt);
    REFUSED(NOT_UTF8, edit, passthru_rom_set_last(rom, "\xff", &edit, &error));
    EXPECT(passthru_rom_trim(rom, "keep", &edit, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(memcmp(passthru_document_data(edit, 0, &length), bytes, sizeof bytes) == 0);
    EXPECT(length == sizeof bytes);
    passthru_document_free(edit);
    EXPECT(passthru_rom_fix_checksum(rom, "legacy", &edit, NULL) == PASSTHRU_STATUS_OK);
    value = passthru_value_at(passthru_document_value(edit), "/changes/0");
    EXPECT(passthru_value_unsigned(passthru_value_member(value, "offset"), &number));
    EXPECT(number == 511);
    passthru_document_free(edit);

    /* A document does not need its ROM. */
    EXPECT(passthru_rom_verify(rom, "10de:2d04", "seabios", &report, NULL) == PASSTHRU_STATUS_OK);
    passthru_rom_free(rom);
    EXPECT(passthru_document_exit_status(report) == 1);
    value = passthru_value_at(passthru_document_value(report), "/findings/0");
    EXPECT(strcmp(passthru_value_string(passthru_value_member(value, "code"), NULL),
                  "rom-checksum") == 0);
    passthru_document_free(report);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: misuse DIR\n", stderr);
        return 2;
    }
    return null_objects() || wrong_input() || wrong_questions(argv[1]) || roms();
}
