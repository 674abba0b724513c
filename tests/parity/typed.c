/*
 * What the typed functions of libpassthru say, put together as JSON, for a test that
 * compares it with the JSON that the library writes by itself.
 *
 *     typed predict DIRECTORY|FILE [DEVICE|OPTION...]
 *     typed listing FILE
 *     typed report DIRECTORY json-lines|prometheus
 *     typed dump DIRECTORY ADDRESS
 *
 * It is written for the test: what cannot be read ends it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <passthru.h>

static void fail(const char *what, passthru_error *error)
{
    fprintf(stderr, "%s: %s\n", what, error == NULL ? "failed" : passthru_error_message(error));
    exit(error == NULL ? 2 : (int)passthru_error_status(error));
}

static uint8_t *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    long end;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) < 0)
        fail(path, NULL);
    rewind(file);
    data = malloc((size_t)end + 1);
    if (data == NULL || fread(data, 1, (size_t)end, file) != (size_t)end)
        fail(path, NULL);
    fclose(file);
    *length = (size_t)end;
    return data;
}

static void put_string(const char *text)
{
    if (text == NULL) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        if ((unsigned char)*text < 0x20)
            printf("\\u%04x", (unsigned)(unsigned char)*text);
        else
            putchar(*text);
    }
    putchar('"');
}

static void put_address(passthru_address address)
{
    char text[32];

    passthru_address_format(address, text, sizeof text);
    put_string(text);
}

static void put_bool(const char *name, bool value)
{
    printf(",\"%s\":%s", name, value ? "true" : "false");
}

static void separate(size_t index)
{
    if (index > 0)
        putchar(',');
}

static void put_reason(passthru_reason_fields reason)
{
    fputs("{\"a\":", stdout);
    put_address(reason.a);
    fputs(",\"b\":", stdout);
    put_address(reason.b);
    fputs(",\"reason\":", stdout);
    put_string(reason.reason);
    putchar('}');
}

static void put_groups(const char *name, const passthru_prediction *found, uint32_t outcome)
{
    passthru_address address;
    passthru_reason_fields reason;

    printf(",\"%s\":[", name);
    for (size_t i = 0; i < passthru_prediction_group_count(found, outcome); i++) {
        separate(i);
        printf("{\"id\":%lu,\"devices\":[",
               (unsigned long)passthru_prediction_group_number(found, outcome, i));
        for (size_t j = 0; passthru_prediction_member(found, outcome, i, j, &address); j++) {
            separate(j);
            put_address(address);
        }
        fputs("],\"because\":[", stdout);
        for (size_t j = 0; passthru_prediction_reason(found, outcome, i, j, &reason); j++) {
            separate(j);
            put_reason(reason);
        }
        fputs("]}", stdout);
    }
    putchar(']');
}

static void put_pairs(const char *name, const passthru_prediction *found, uint32_t mismatch)
{
    passthru_address a;
    passthru_address b;

    printf(",\"%s\":[", name);
    for (size_t i = 0; passthru_prediction_mismatch(found, mismatch, i, &a, &b); i++) {
        separate(i);
        putchar('[');
        put_address(a);
        putchar(',');
        put_address(b);
        putchar(']');
    }
    putchar(']');
}

static void put_parting(const passthru_prediction *found)
{
    passthru_address address;
    passthru_reason_fields reason;

    fputs(",\"parting\":", stdout);
    if (passthru_prediction_device_count(found) == 0) {
        fputs("null", stdout);
        return;
    }
    fputs("{\"devices\":[", stdout);
    for (size_t i = 0; passthru_prediction_device(found, i, &address); i++) {
        separate(i);
        put_address(address);
    }
    fputs("],\"others\":[", stdout);
    for (size_t i = 0; passthru_prediction_sharing(found, i, &address); i++) {
        separate(i);
        fputs("{\"address\":", stdout);
        put_address(address);
        fputs(",\"reasons\":[", stdout);
        for (size_t j = 0; j < passthru_prediction_sharing_chain_count(found, i); j++) {
            separate(j);
            putchar('[');
            for (size_t k = 0; passthru_prediction_sharing_reason(found, i, j, k, &reason); k++) {
                separate(k);
                put_reason(reason);
            }
            putchar(']');
        }
        fputs("],\"not_overridden\":[", stdout);
        for (size_t j = 0; passthru_prediction_sharing_not_overridden(found, i, j, &address); j++) {
            separate(j);
            put_address(address);
        }
        fputs("]}", stdout);
    }
    fputs("],\"changes\":[", stdout);
    for (size_t i = 0; i < passthru_prediction_change_count(found); i++) {
        separate(i);
        fputs("{\"move_below\":", stdout);
        if (passthru_prediction_change_move_below(found, i, &address))
            put_address(address);
        else
            put_string(NULL);
        fputs(",\"option\":", stdout);
        put_string(passthru_prediction_change_option(found, i));
        fputs(",\"others\":[", stdout);
        for (size_t j = 0; passthru_prediction_change_left(found, i, j, &address); j++) {
            separate(j);
            put_address(address);
        }
        fputs("]}", stdout);
    }
    fputs("]}", stdout);
}

static void put_prediction(const passthru_prediction *found)
{
    passthru_address address;

    fputs("{\"rules\":", stdout);
    put_string(passthru_prediction_rules(found));
    put_bool("shows_all_functions", passthru_prediction_shows_all_functions(found));
    put_bool("numbers_sure", passthru_prediction_numbers_sure(found));
    put_groups("groups", found, PASSTHRU_OUTCOME_ISOLATED);
    put_groups("or", found, PASSTHRU_OUTCOME_NOT_ISOLATED);
    fputs(",\"ungrouped\":[", stdout);
    for (size_t i = 0; passthru_prediction_ungrouped(found, i, &address); i++) {
        separate(i);
        put_address(address);
    }
    fputs("],\"undecided\":[", stdout);
    for (size_t i = 0; passthru_prediction_undecided(found, i, &address); i++) {
        separate(i);
        put_address(address);
    }
    fputs("],\"changed\":[", stdout);
    for (size_t i = 0; passthru_prediction_changed(found, i, &address); i++) {
        separate(i);
        fputs("{\"address\":", stdout);
        put_address(address);
        fputs(",\"was\":", stdout);
        if (passthru_prediction_changed_was(found, i, &address))
            put_address(address);
        else
            put_string(NULL);
        putchar('}');
    }
    fputs("],\"observed\":", stdout);
    if (passthru_prediction_observation(found) == PASSTHRU_OBSERVATION_NONE) {
        fputs("null", stdout);
    } else {
        fputs("{\"cause\":", stdout);
        put_string(passthru_prediction_cause(found));
        put_bool("same", passthru_prediction_observation(found) == PASSTHRU_OBSERVATION_SAME);
        put_pairs("merged", found, PASSTHRU_MISMATCH_MERGED);
        put_pairs("apart", found, PASSTHRU_MISMATCH_APART);
        putchar('}');
    }
    put_parting(found);
    fputs("}\n", stdout);
}

/* Whether the counts agree with what can be asked, and what is not there is not. */
static bool counts_hold(const passthru_prediction *found)
{
    passthru_address address;
    passthru_reason_fields reason;
    size_t groups = passthru_prediction_group_count(found, PASSTHRU_OUTCOME_ISOLATED);

    for (size_t i = 0; i <= groups; i++) {
        size_t members = passthru_prediction_member_count(found, PASSTHRU_OUTCOME_ISOLATED, i);
        size_t reasons = passthru_prediction_reason_count(found, PASSTHRU_OUTCOME_ISOLATED, i);

        if ((i < groups) != (members > 0) || (members > 0 && reasons != members - 1)
            || passthru_prediction_member(found, PASSTHRU_OUTCOME_ISOLATED, i, members, &address)
            || passthru_prediction_reason(found, PASSTHRU_OUTCOME_ISOLATED, i, reasons, &reason)
            || (members > 0
                && !passthru_prediction_member(found, PASSTHRU_OUTCOME_ISOLATED, i, members - 1,
                                               NULL)))
            return false;
    }
    for (size_t i = 0; i <= passthru_prediction_sharing_count(found); i++) {
        size_t held = passthru_prediction_sharing_not_overridden_count(found, i);

        if (passthru_prediction_sharing_not_overridden(found, i, held, &address)
            || passthru_prediction_sharing_reason_count(found, i, SIZE_MAX) != 0)
            return false;
    }
    for (size_t i = 0; i <= passthru_prediction_change_count(found); i++)
        if (passthru_prediction_change_left(
                found, i, passthru_prediction_change_left_count(found, i), &address))
            return false;
    return passthru_prediction_group_count(found, 0) == 0
           && passthru_prediction_group_count(found, UINT32_MAX) == 0
           && passthru_prediction_mismatch_count(found, 9) == 0
           && passthru_prediction_group_number(found, 9, 0) == UINT32_MAX
           && !passthru_prediction_ungrouped(found, passthru_prediction_ungrouped_count(found),
                                             &address)
           && !passthru_prediction_undecided(found, passthru_prediction_undecided_count(found),
                                             &address)
           && !passthru_prediction_changed(found, passthru_prediction_changed_count(found),
                                           &address)
           && !passthru_prediction_changed_was(found, passthru_prediction_changed_count(found),
                                               &address);
}

/* The words are devices, but for those of kernel options, which have a `=`. */
static void predict(const char *path, char **words, size_t count)
{
    const char *devices[8];
    const char *options[8];
    size_t device_count = 0;
    size_t option_count = 0;
    passthru_host *host = NULL;
    passthru_prediction *found = NULL;
    passthru_error *error = NULL;
    passthru_text text = {path, NULL, 0};

    if (passthru_host_open_directory(path, &host, NULL) != PASSTHRU_STATUS_OK) {
        uint8_t *data = read_file(path, &text.length);

        text.data = data;
        if (passthru_host_open_texts(&text, 1, &host, &error) != PASSTHRU_STATUS_OK)
            fail(path, error);
        free(data);
    }
    for (size_t i = 0; i < count && i < 8; i++) {
        if (strchr(words[i], '=') != NULL)
            options[option_count++] = words[i];
        else
            devices[device_count++] = words[i];
    }
    if (passthru_host_predict_groups(host, devices, device_count, options, option_count, NULL,
                                     &found, &error)
        != PASSTHRU_STATUS_OK)
        fail(path, error);
    passthru_host_free(host);
    put_prediction(found);
    if (!counts_hold(found))
        fail("the counts", NULL);
    fputs(passthru_prediction_to_json(found), stdout);
    passthru_prediction_free(found);
}

static void put_text(const char *name, const passthru_listing *listing, size_t index, uint32_t text)
{
    printf(",\"%s\":", name);
    put_string(passthru_listing_text(listing, index, text));
}

static void put_number(const char *name, bool is_there, unsigned long value)
{
    printf(",\"%s\":", name);
    if (is_there)
        printf("%lu", value);
    else
        fputs("null", stdout);
}

static void put_record(const passthru_listing *listing, size_t i, passthru_record_fields record)
{
    printf("{\"line\":%lu,\"address\":", (unsigned long)record.line);
    if (record.has_address)
        put_address(record.address);
    else
        put_string(NULL);
    put_bool("has_domain", record.has_domain);
    put_bool("is_whole", record.is_whole);
    put_number("vendor", record.has_ids, record.ids.vendor);
    put_number("device", record.has_ids, record.ids.device);
    put_number("subvendor", record.has_card, record.card.vendor);
    put_number("subdevice", record.has_card, record.card.device);
    put_number("class", record.has_class, record.class_code);
    put_number("revision", true, record.revision);
    put_number("group", record.has_group, record.group);
    put_number("numa_node", record.has_numa_node, record.numa_node);
    put_text("name", listing, i, PASSTHRU_RECORD_TEXT_NAME);
    put_text("vendor_name", listing, i, PASSTHRU_RECORD_TEXT_VENDOR_NAME);
    put_text("class_name", listing, i, PASSTHRU_RECORD_TEXT_CLASS_NAME);
    put_text("subsystem_name", listing, i, PASSTHRU_RECORD_TEXT_SUBSYSTEM_NAME);
    put_text("driver", listing, i, PASSTHRU_RECORD_TEXT_DRIVER);
    put_text("physical_slot", listing, i, PASSTHRU_RECORD_TEXT_PHYSICAL_SLOT);
    put_text("device_name", listing, i, PASSTHRU_RECORD_TEXT_DEVICE_NAME);
    fputs(",\"modules\":", stdout);
    if (record.has_modules) {
        putchar('[');
        for (size_t j = 0; j < passthru_listing_module_count(listing, i); j++) {
            separate(j);
            put_string(passthru_listing_module(listing, i, j));
        }
        fputs("]}", stdout);
    } else {
        fputs("null}", stdout);
    }
}

static void list(const char *path)
{
    size_t length = 0;
    uint8_t *data = read_file(path, &length);
    passthru_listing *listing = NULL;
    passthru_error *error = NULL;
    passthru_record_fields record;

    if (passthru_listing_parse(data, length, &listing, &error) != PASSTHRU_STATUS_OK)
        fail(path, error);
    free(data);
    fputs("{\"records\":[", stdout);
    for (size_t i = 0; passthru_listing_record(listing, i, &record); i++) {
        separate(i);
        put_record(listing, i, record);
    }
    fputs("],\"damage\":[", stdout);
    for (size_t i = 0; i < passthru_listing_damage_count(listing); i++) {
        separate(i);
        printf("[%lu,", (unsigned long)passthru_listing_damage_line(listing, i));
        put_string(passthru_listing_damage_kind(listing, i));
        putchar(']');
    }
    fputs("]}\n", stdout);
    if (passthru_listing_record(listing, passthru_listing_count(listing), NULL)
        || passthru_listing_text(listing, 0, 0) != NULL
        || passthru_listing_text(listing, 0, UINT32_MAX) != NULL
        || passthru_listing_module(listing, 0, SIZE_MAX) != NULL
        || passthru_listing_damage_kind(listing, SIZE_MAX) != NULL)
        fail("what is not there", NULL);
    passthru_listing_free(listing);
}

static void report(const char *root, const char *form)
{
    passthru_host *host = NULL;
    passthru_report *report = NULL;
    passthru_document *text = NULL;
    passthru_error *error = NULL;
    passthru_status status;

    if (passthru_host_open_directory(root, &host, &error) != PASSTHRU_STATUS_OK
        || passthru_host_doctor(host, NULL, 0, NULL, &report, &error) != PASSTHRU_STATUS_OK)
        fail(root, error);
    status = strcmp(form, "prometheus") == 0
                 ? passthru_report_to_prometheus(report, &text, &error)
                 : passthru_report_to_json_lines(report, &text, &error);
    if (status != PASSTHRU_STATUS_OK)
        fail(form, error);
    fwrite(passthru_document_text(text), 1, passthru_document_length(text), stdout);
    passthru_document_free(text);
    passthru_report_free(report);
    passthru_host_free(host);
}

static void dump(const char *root, const char *word)
{
    passthru_address address;
    passthru_rom *rom = NULL;
    passthru_error *error = NULL;

    if (passthru_address_parse(word, &address, &error) != PASSTHRU_STATUS_OK
        || passthru_rom_dump(root, address, &rom, &error) != PASSTHRU_STATUS_OK)
        fail(word, error);
    fwrite(passthru_rom_data(rom), 1, passthru_rom_length(rom), stdout);
    passthru_rom_free(rom);
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "predict") == 0)
        predict(argv[2], argv + 3, (size_t)argc - 3);
    else if (argc == 3 && strcmp(argv[1], "listing") == 0)
        list(argv[2]);
    else if (argc == 4 && strcmp(argv[1], "report") == 0)
        report(argv[2], argv[3]);
    else if (argc == 4 && strcmp(argv[1], "dump") == 0)
        dump(argv[2], argv[3]);
    else
        fail("usage", NULL);
    return 0;
}
