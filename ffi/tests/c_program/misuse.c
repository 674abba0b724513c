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
    size_t length = 7;

    passthru_host_free(NULL);
    passthru_report_free(NULL);
    passthru_plan_free(NULL);
    passthru_error_free(NULL);
    EXPECT(passthru_error_status(NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_error_message(NULL) == NULL);
    EXPECT(passthru_host_list_json(NULL) == NULL);
    EXPECT(passthru_host_groups_json(NULL) == NULL);
    EXPECT(passthru_report_to_json(NULL) == NULL);
    EXPECT(!passthru_report_has_fault(NULL));
    EXPECT(passthru_report_finding_count(NULL) == 0);
    EXPECT(passthru_report_finding_code(NULL, 0) == NULL);
    EXPECT(passthru_report_finding_verdict(NULL, 0) == PASSTHRU_VERDICT_NONE);
    EXPECT(passthru_report_finding_evidence_line(NULL, 0, 0) == 0);
    EXPECT(passthru_plan_to_json(NULL) == NULL);
    EXPECT(passthru_plan_to_patch(NULL) == NULL);
    EXPECT(passthru_plan_edit_count(NULL) == 0);
    EXPECT(passthru_plan_edit_after(NULL, 0, &length) == NULL && length == 0);
    EXPECT(passthru_plan_edit_before(NULL, 0, NULL) == NULL);
    EXPECT(passthru_plan_check_moment(NULL, 0) == PASSTHRU_MOMENT_NONE);
    passthru_listing_free(NULL);
    EXPECT(passthru_listing_count(NULL) == 0 && !passthru_listing_record(NULL, 0, NULL));
    EXPECT(passthru_listing_text(NULL, 0, PASSTHRU_RECORD_TEXT_NAME) == NULL);
    EXPECT(passthru_listing_damage_count(NULL) == 0);
    EXPECT(passthru_prediction_rules(NULL) == NULL && !passthru_prediction_numbers_sure(NULL));
    EXPECT(passthru_prediction_group_count(NULL, PASSTHRU_OUTCOME_ISOLATED) == 0);
    EXPECT(passthru_prediction_observation(NULL) == PASSTHRU_OBSERVATION_NONE);
    EXPECT(passthru_prediction_cause(NULL) == NULL);
    EXPECT(!passthru_prediction_mismatch(NULL, PASSTHRU_MISMATCH_MERGED, 0, NULL, NULL));
    EXPECT(!passthru_prediction_sharing(NULL, 0, NULL));
    EXPECT(passthru_prediction_change_option(NULL, 0) == NULL);
    EXPECT(passthru_prediction_changed_count(NULL) == 0);
    EXPECT(!passthru_prediction_changed(NULL, 0, NULL));
    EXPECT(!passthru_prediction_changed_was(NULL, 0, NULL));
    EXPECT(passthru_rom_data(NULL) == NULL && passthru_rom_length(NULL) == 0);
    EXPECT(passthru_verdict_word(0) == NULL);
    EXPECT(passthru_verdict_word(UINT32_MAX) == NULL);
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
    passthru_host *host = NULL;
    passthru_report *report;
    passthru_plan *plan;
    passthru_prediction *prediction;
    const char *json;

    EXPECT(passthru_host_open_directory(directory, &host, NULL) == PASSTHRU_STATUS_OK);
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(NULL, NULL, 0, NULL, &report, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(host, NULL, 1, NULL, &report, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_host_doctor(host, null, 1, NULL, &report, &error));
    REFUSED(BAD_DEVICE, report, passthru_host_doctor(host, absent, 1, NULL, &report, &error));
    REFUSED(NOT_UTF8, report, passthru_host_doctor(host, bad, 1, NULL, &report, &error));
    REFUSED(UNKNOWN_TARGET, report, passthru_host_doctor(host, card, 1, "?", &report, &error));
    REFUSED(BAD_ARGUMENT, plan, passthru_host_plan(NULL, card, 1, NULL, NULL, &plan, &error));
    REFUSED(BAD_REQUEST, plan, passthru_host_plan(host, NULL, 0, "proxmox", NULL, &plan, &error));
    REFUSED(BAD_REQUEST, plan, passthru_host_plan(host, card, 1, "firecracker", NULL, &plan, &error));
    REFUSED(BAD_REQUEST, plan, passthru_host_plan(host, card, 1, "proxmox", "a\nb", &plan, &error));
    REFUSED(NOT_UTF8, plan, passthru_host_plan(host, card, 1, NULL, "\xff", &plan, &error));
    EXPECT(passthru_host_doctor(host, card, 1, NULL, NULL, NULL) == PASSTHRU_STATUS_BAD_ARGUMENT);
    /* Who does not want to know why may say so. */
    EXPECT(passthru_host_doctor(host, absent, 1, NULL, &report, NULL) == PASSTHRU_STATUS_BAD_DEVICE);

    REFUSED(BAD_ARGUMENT, prediction,
            passthru_host_predict_groups(NULL, NULL, 0, NULL, 0, NULL, &prediction, &error));
    REFUSED(BAD_ARGUMENT, prediction,
            passthru_host_predict_groups(host, NULL, 0, NULL, 1, NULL, &prediction, &error));
    REFUSED(BAD_REQUEST, prediction,
            passthru_host_predict_groups(host, NULL, 0, NULL, 0, "?", &prediction, &error));
    REFUSED(BAD_REQUEST, prediction,
            passthru_host_predict_groups(host, NULL, 0, card, 1, NULL, &prediction, &error));
    REFUSED(NO_PREDICTION, prediction,
            passthru_host_predict_groups(host, card, 1, NULL, 0, NULL, &prediction, &error));
    EXPECT(passthru_prediction_to_json(NULL) == NULL);
    passthru_prediction_free(NULL);

    json = passthru_host_list_json(host);
    EXPECT(json != NULL && strstr(json, "\"passthru-list/1\"") != NULL);
    EXPECT(passthru_host_list_json(host) == json);
    json = passthru_host_groups_json(host);
    EXPECT(json != NULL && strstr(json, "\"passthru-groups/1\"") != NULL);

    /* A report does not need its host. */
    EXPECT(passthru_host_doctor(host, card, 1, NULL, &report, NULL) == PASSTHRU_STATUS_OK);
    passthru_host_free(host);
    EXPECT(passthru_report_finding_count(report) > 0);
    EXPECT(passthru_report_finding_title(report, (size_t)-1) == NULL);
    EXPECT(passthru_report_finding_device(report, 0, (size_t)-1) == NULL);
    EXPECT(passthru_report_finding_evidence_source(report, 0, (size_t)-1) == NULL);
    passthru_report_free(report);
    return 0;
}

/* An option ROM may be any bytes; all that is asked of one is answered. */
static int roms(void)
{
    /* An x86 image of 512 bytes for 10de:2d04, whose bytes do not add up to 0. */
    uint8_t bytes[512] = {0x55, 0xaa, 1};
    passthru_rom_image_fields image = {0};
    passthru_rom *rom;
    passthru_rom_edit *edit = NULL;
    passthru_rom_report *report;
    passthru_rom_parts *parts;
    passthru_rom_diff *diff;
    passthru_rom_ssdt *ssdt;
    passthru_rom_source source = {bytes, sizeof bytes};
    passthru_rom_source no_data = {NULL, 1};
    passthru_new_image new_image = {0};
    const char *json;

    memcpy(bytes + 0x40, "PCIR\xde\x10\x04\x2d", 8);
    bytes[0x18] = 0x40;
    bytes[0x4a] = 0x18;
    bytes[0x4f] = 3;
    bytes[0x50] = 1;
    bytes[0x55] = 0x80;
    passthru_rom_free(NULL);
    passthru_rom_report_free(NULL);
    EXPECT(passthru_rom_image_count(NULL) == 0);
    EXPECT(!passthru_rom_image(NULL, 0, &image));
    EXPECT(passthru_rom_to_json(NULL) == NULL);
    EXPECT(passthru_rom_to_rom_parser_text(NULL) == NULL);
    EXPECT(passthru_rom_report_to_json(NULL) == NULL);
    EXPECT(passthru_rom_report_finding_offset(NULL, 0) == SIZE_MAX);
    EXPECT(passthru_rom_report_finding_verdict(NULL, 0) == PASSTHRU_VERDICT_NONE);
    REFUSED(BAD_ARGUMENT, rom, passthru_rom_parse(NULL, 1, &rom, &error));
    REFUSED(BAD_ARGUMENT, report, passthru_rom_verify(NULL, NULL, NULL, &report, &error));

    EXPECT(passthru_rom_parse(NULL, 0, &rom, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_image_count(rom) == 0);
    passthru_rom_free(rom);

    EXPECT(passthru_rom_parse(bytes, sizeof bytes, &rom, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_image_count(rom) == 1);
    EXPECT(passthru_rom_image(rom, 0, NULL) && passthru_rom_image(rom, 0, &image));
    EXPECT(image.vendor == 0x10de && image.device == 0x2d04 && image.length == 512);
    EXPECT(image.last && !image.checksum_ok && image.code_type == 0);
    EXPECT(!passthru_rom_image(rom, 1, &image));
    json = passthru_rom_to_json(rom);
    EXPECT(json != NULL && strstr(json, "\"passthru-rom/1\"") != NULL);
    EXPECT(passthru_rom_to_json(rom) == json);
    REFUSED(BAD_REQUEST, report, passthru_rom_verify(rom, "10de", NULL, &report, &error));
    REFUSED(BAD_REQUEST, report, passthru_rom_verify(rom, NULL, "bios", &report, &error));
    REFUSED(NOT_UTF8, report, passthru_rom_verify(rom, "\xff", NULL, &report, &error));

    /* Edits: what is refused, and the bytes that come out. */
    passthru_rom_edit_free(NULL);
    EXPECT(passthru_rom_edit_data(NULL) == NULL && passthru_rom_edit_length(NULL) == 0);
    EXPECT(passthru_rom_edit_change_count(NULL) == 0 && passthru_rom_edit_to_json(NULL) == NULL);
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
    EXPECT(passthru_rom_edit_length(edit) == sizeof bytes);
    passthru_rom_edit_free(edit);

    passthru_rom_parts_free(NULL);
    EXPECT(passthru_rom_parts_count(NULL) == 0 && passthru_rom_parts_to_json(NULL) == NULL);
    EXPECT(passthru_rom_parts_data(NULL, 0) == NULL && passthru_rom_parts_length(NULL, 0) == 0);
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
    EXPECT(passthru_rom_parts_count(parts) == 0);
    passthru_rom_parts_free(parts);
    EXPECT(passthru_rom_extract(rom, NULL, "image", &parts, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_parts_count(parts) == 1);
    EXPECT(passthru_rom_parts_length(parts, 0) == sizeof bytes);
    EXPECT(memcmp(passthru_rom_parts_data(parts, 0), bytes, sizeof bytes) == 0);
    EXPECT(passthru_rom_parts_data(parts, 1) == NULL);
    EXPECT(passthru_rom_parts_length(parts, (size_t)-1) == 0);
    EXPECT(passthru_rom_parts_offset(parts, (size_t)-1) == 0);
    passthru_rom_parts_free(parts);

    passthru_rom_diff_free(NULL);
    EXPECT(passthru_rom_diff_count(NULL) == 0 && passthru_rom_diff_to_json(NULL) == NULL);
    REFUSED(BAD_ARGUMENT, diff, passthru_rom_differences(NULL, rom, &diff, &error));
    REFUSED(BAD_ARGUMENT, diff, passthru_rom_differences(rom, NULL, &diff, &error));
    EXPECT(passthru_rom_differences(rom, rom, &diff, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_diff_count(diff) == 0 && passthru_rom_diff_place(diff, 0) == NULL);
    EXPECT(passthru_rom_diff_left(diff, 0) == NULL && passthru_rom_diff_right(diff, 0) == NULL);
    EXPECT(passthru_rom_diff_field(diff, (size_t)-1) == NULL);
    passthru_rom_diff_free(diff);

    passthru_rom_ssdt_free(NULL);
    EXPECT(passthru_rom_ssdt_data(NULL) == NULL && passthru_rom_ssdt_length(NULL) == 0);
    EXPECT(passthru_rom_ssdt_source(NULL) == NULL);
    REFUSED(BAD_ARGUMENT, ssdt, passthru_rom_to_ssdt(NULL, "\\_SB", NULL, &ssdt, &error));
    REFUSED(BAD_ARGUMENT, ssdt, passthru_rom_to_ssdt(rom, NULL, NULL, &ssdt, &error));
    REFUSED(BAD_REQUEST, ssdt, passthru_rom_to_ssdt(rom, "PCI0", NULL, &ssdt, &error));
    REFUSED(BAD_REQUEST, ssdt, passthru_rom_to_ssdt(rom, "\\_SB", "9", &ssdt, &error));
    REFUSED(NOT_UTF8, ssdt, passthru_rom_to_ssdt(rom, "\xff", NULL, &ssdt, &error));
    EXPECT(passthru_rom_to_ssdt(rom, "\\_SB.PCI0", NULL, &ssdt, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(memcmp(passthru_rom_ssdt_data(ssdt), "SSDT", 4) == 0);
    json = passthru_rom_ssdt_source(ssdt);
    EXPECT(json != NULL && passthru_rom_ssdt_source(ssdt) == json);
    passthru_rom_ssdt_free(ssdt);
    REFUSED(NOT_UTF8, edit, passthru_rom_set_last(rom, "\xff", &edit, &error));
    EXPECT(passthru_rom_trim(rom, "keep", &edit, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_edit_change_count(edit) == 0);
    EXPECT(passthru_rom_edit_length(edit) == sizeof bytes);
    EXPECT(memcmp(passthru_rom_edit_data(edit), bytes, sizeof bytes) == 0);
    EXPECT(passthru_rom_edit_change_why(edit, 0) == NULL);
    passthru_rom_edit_free(edit);
    EXPECT(passthru_rom_fix_checksum(rom, "legacy", &edit, NULL) == PASSTHRU_STATUS_OK);
    EXPECT(passthru_rom_edit_change_count(edit) == 1);
    EXPECT(passthru_rom_edit_change_offset(edit, 0) == 511);
    EXPECT(passthru_rom_edit_change_removed(edit, 0) == 1);
    EXPECT(passthru_rom_edit_change_inserted(edit, 0) == 1);
    EXPECT(passthru_rom_edit_change_why(edit, 0) != NULL);
    EXPECT(strstr(passthru_rom_edit_to_json(edit), "\"passthru-rom-edit/1\"") != NULL);
    passthru_rom_edit_free(edit);

    /* A report does not need its ROM. */
    EXPECT(passthru_rom_verify(rom, "10de:2d04", "seabios", &report, NULL) == PASSTHRU_STATUS_OK);
    passthru_rom_free(rom);
    EXPECT(passthru_rom_report_has_fault(report));
    EXPECT(strcmp(passthru_rom_report_finding_code(report, 0), "rom-checksum") == 0);
    EXPECT(passthru_rom_report_finding_verdict(report, 0) == PASSTHRU_VERDICT_BLOCKER);
    EXPECT(strcmp(passthru_rom_report_finding_consumer(report, 0), "seabios") == 0);
    EXPECT(passthru_rom_report_finding_offset(report, 0) == 0);
    EXPECT(passthru_rom_report_finding_remedy(report, 0) != NULL);
    EXPECT(passthru_rom_report_finding_text(report, (size_t)-1) == NULL);
    EXPECT(passthru_rom_report_answer_count(report) >= 4);
    EXPECT(strcmp(passthru_rom_report_answer_consumer(report, 0), "linux-sysfs") == 0);
    EXPECT(strcmp(passthru_rom_report_answer_acceptance(report, 0), "accepts") == 0);
    EXPECT(passthru_rom_report_answer_because(report, (size_t)-1) == NULL);
    passthru_rom_report_free(report);
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
