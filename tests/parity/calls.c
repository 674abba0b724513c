/*
 * The calls of a parity table, carried out by libpassthru.
 *
 *     calls TABLE ANSWERS
 *
 * reads the table, whose placeholders were replaced, and writes each answer to a file in
 * the folder ANSWERS. It is written for the test: what cannot be read ends it.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <passthru.h>

enum { MOST = 16 };

/* A row, cut into words. */
struct row {
    char *name;
    char *call;
    char *keys[MOST];
    char *values[MOST];
    size_t count;
};

struct bytes {
    uint8_t *data;
    size_t length;
};

static FILE *answer;
static const char *row_name;

static void fail(const char *what)
{
    fprintf(stderr, "calls: %s: %s\n", row_name, what);
    exit(2);
}

static struct bytes read_file(const char *path)
{
    struct bytes bytes = {0};
    FILE *file = fopen(path, "rb");
    long length;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0)
        fail(path);
    rewind(file);
    bytes.length = (size_t)length;
    bytes.data = malloc(bytes.length + 1);
    if (bytes.data == NULL || fread(bytes.data, 1, bytes.length, file) != bytes.length)
        fail(path);
    bytes.data[bytes.length] = 0;
    fclose(file);
    return bytes;
}

/* The value of a key; NULL where it is not there. */
static const char *get(const struct row *row, const char *key)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->keys[i], key) == 0)
            return row->values[i];
    return NULL;
}

/* All values of a key. */
static size_t all(const struct row *row, const char *key, const char *values[MOST])
{
    size_t count = 0;

    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->keys[i], key) == 0)
            values[count++] = row->values[i];
    return count;
}

static void put(const void *data, size_t length)
{
    if (fwrite(data, 1, length, answer) != length)
        fail("cannot write");
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

/* Whether a call went well; writes the failure where not. It takes the place of the error,
 * since C may evaluate arguments in any order. */
static bool ok(passthru_status status, passthru_error **error)
{
    if (status == PASSTHRU_STATUS_OK)
        return true;
    if (*error == NULL || passthru_error_status(*error) != status)
        fail("another status");
    put_text(passthru_document_text(passthru_error_document(*error)));
    passthru_error_free(*error);
    *error = NULL;
    return false;
}

static void put_lent(const passthru_document *document)
{
    put(passthru_document_text(document), passthru_document_length(document));
}

static void put_document(passthru_status status, passthru_document *document, passthru_error *error)
{
    if (ok(status, &error))
        put_lent(document);
    passthru_document_free(document);
}

/* What stands in the document, and the files beside it. */
static void put_with_data(passthru_status status, passthru_document *document,
                          passthru_error *error)
{
    const uint8_t *data;
    size_t length;

    if (ok(status, &error)) {
        put_lent(document);
        data = passthru_document_data(document, 0, &length);
        put(data, length);
    }
    passthru_document_free(document);
}

/* The form of findings that a call gives. */
static uint32_t format_of(const char *call)
{
    if (strcmp(call, "doctor-jsonl") == 0)
        return PASSTHRU_FORMAT_JSON_LINES;
    return strcmp(call, "doctor") == 0 ? PASSTHRU_FORMAT_JSON : PASSTHRU_FORMAT_PROMETHEUS;
}

/* One of the hosts that texts show. */
static bool open_one_host(const char *name, const passthru_text *texts, size_t count,
                          passthru_host **host)
{
    passthru_input *input;
    passthru_error *error;
    bool opened = ok(passthru_input_new(&input, &error), &error);

    if (!opened)
        return false;
    passthru_input_set_host(input, name);
    for (size_t i = 0; i < count; i++)
        passthru_input_add_text(input, &texts[i]);
    opened = ok(passthru_host_open_input(input, NULL, host, &error), &error);
    passthru_input_free(input);
    return opened;
}

static bool open_host(const struct row *row, passthru_host **host)
{
    const char *root = get(row, "root");
    const char *from[MOST];
    passthru_text texts[MOST];
    passthru_error *error;
    size_t count = all(row, "from", from);
    bool opened;

    if (root != NULL)
        return ok(passthru_host_open_directory(root, host, &error), &error);
    for (size_t i = 0; i < count; i++) {
        struct bytes bytes = read_file(from[i]);

        texts[i].name = from[i];
        texts[i].data = bytes.data;
        texts[i].length = bytes.length;
    }
    opened = get(row, "host") == NULL
                 ? ok(passthru_host_open_texts(texts, count, host, &error), &error)
                 : open_one_host(get(row, "host"), texts, count, host);
    while (count > 0)
        free((void *)texts[--count].data);
    return opened;
}

static char *options_of(const struct row *row)
{
    const char *words[MOST];
    size_t count = all(row, "option", words);
    char *text = calloc(1, 256);

    for (size_t i = 0; i < count && text != NULL; i++) {
        strcat(text, words[i]);
        strcat(text, " ");
    }
    return text;
}

static bool read_plan(const struct row *row, passthru_plan **plan)
{
    struct bytes bytes = read_file(get(row, "file"));
    passthru_error *error;
    bool read = ok(passthru_plan_from_json(bytes.data, bytes.length, plan, &error), &error);

    free(bytes.data);
    return read;
}

/* A plan: by plain arguments where they say all, else by a request. */
static passthru_status plan_of(const struct row *row, const passthru_host *host,
                               passthru_plan **plan, passthru_error **error)
{
    const char *devices[MOST];
    size_t count = all(row, "device", devices);
    const char *target = get(row, "target");
    const char *vm = get(row, "vm");
    passthru_request *request = NULL;
    passthru_status status = PASSTHRU_STATUS_OK;

    if (get(row, "bind") == NULL && get(row, "vm-option") == NULL)
        return passthru_host_plan(host, devices, count, target, vm, plan, error);
    if (passthru_request_new(&request, NULL) != PASSTHRU_STATUS_OK)
        fail("no request");
    for (size_t i = 0; i < count; i++)
        status |= passthru_request_add_device(request, devices[i]);
    if (target != NULL)
        status |= passthru_request_set_target(request, target);
    if (vm != NULL)
        status |= passthru_request_set_vm(request, vm);
    if (get(row, "bind") != NULL)
        status |= passthru_request_set_binding(request, get(row, "bind"));
    size_t option_count = all(row, "vm-option", devices);
    for (size_t i = 0; i < option_count; i++)
        status |= passthru_request_add_vm_option(request, devices[i]);
    if (status != PASSTHRU_STATUS_OK)
        fail("not taken into the request");
    status = passthru_host_plan_request(host, request, plan, error);
    passthru_request_free(request);
    return status;
}

static void of_host(const struct row *row)
{
    const char *devices[MOST];
    const char *with[MOST];
    size_t count = all(row, "device", devices);
    size_t with_count = all(row, "with", with);
    const char *target = get(row, "target");
    const char *vm = get(row, "vm");
    passthru_host *host = NULL;
    passthru_error *error = NULL;
    passthru_document *document = NULL;
    passthru_status status;

    if (!open_host(row, &host))
        return;
    if (strcmp(row->call, "list") == 0) {
        status = passthru_host_list(host, devices, count, &document, &error);
        put_document(status, document, error);
    } else if (strncmp(row->call, "groups", 6) == 0) {
        status = passthru_host_groups(host, devices, count, &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "status") == 0) {
        status = passthru_host_status(host, &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "check-cards") == 0) {
        status = passthru_host_check(host, devices, count, target, &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "ask") == 0) {
        status = passthru_host_ask(host, devices, count, target, &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "capture") == 0) {
        status = passthru_host_capture(host, &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "page") == 0) {
        status = passthru_host_report(host, devices, count, target, vm, &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "guest-setup") == 0) {
        const char *options[MOST];
        size_t option_count = all(row, "option", options);

        status = passthru_host_guest_setup(host, devices, count, get(row, "system"), options,
                                          option_count, &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "lspci") == 0) {
        char *options = options_of(row);

        status = passthru_host_lspci(host, options, get(row, "pciutils"), &document, &error);
        put_document(status, document, error);
        free(options);
    } else if (strncmp(row->call, "doctor", 6) == 0) {
        status = passthru_host_doctor(host, devices, count, target, format_of(row->call), &document,
                                      &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "release") == 0) {
        passthru_plan *plan;

        if (ok(passthru_host_release(host, devices, count, &plan, &error), &error))
            put_lent(passthru_plan_document(plan));
        passthru_plan_free(plan);
    } else if (strncmp(row->call, "plan", 4) == 0) {
        passthru_plan *plan;

        if (ok(plan_of(row, host, &plan, &error), &error)) {
            status = PASSTHRU_STATUS_OK;
            if (strcmp(row->call, "plan-patch") == 0)
                status = passthru_plan_to_patch(plan, &document, &error);
            else if (strcmp(row->call, "plan-script") == 0)
                status = passthru_plan_to_script(plan, &document, &error);
            else if (strcmp(row->call, "plan-playbook") == 0)
                status = passthru_plan_to_playbook(plan, &document, &error);
            else
                put_lent(passthru_plan_document(plan));
            if (strcmp(row->call, "plan") != 0)
                put_document(status, document, error);
        }
        passthru_plan_free(plan);
    } else if (strcmp(row->call, "predict") == 0) {
        status = passthru_host_predict_groups(host, devices, count, with, with_count,
                                              get(row, "kernel"), &document, &error);
        put_document(status, document, error);
    } else if (strcmp(row->call, "verify") == 0) {
        passthru_plan *plan = NULL;

        if (get(row, "file") == NULL || read_plan(row, &plan)) {
            status = passthru_host_verify(host, plan, &document, &error);
            put_document(status, document, error);
        }
        passthru_plan_free(plan);
    } else {
        fail(row->call);
    }
    passthru_host_free(host);
}

static void heard(void *user, uint32_t level, const char *message)
{
    if (level < PASSTHRU_LOG_LEVEL_INFO || strlen(message) == 0)
        fail("a line of the log without words");
    ++*(size_t *)user;
}

/* How many steps a transaction tells. */
static size_t steps_of(const passthru_value *transaction)
{
    size_t steps = 0;

    for (size_t i = 0; i < passthru_value_length(transaction); i++) {
        const passthru_value *member = passthru_value_element(transaction, i);

        if (passthru_value_type(member) == PASSTHRU_TYPE_ARRAY)
            steps += passthru_value_length(member);
    }
    return steps;
}

static void of_apply(const struct row *row)
{
    passthru_apply_options *options;
    passthru_context *context;
    passthru_document *done = NULL;
    passthru_plan *plan = NULL;
    passthru_error *error;
    passthru_status status;
    size_t lines = 0;

    if (!ok(passthru_apply_options_new(&options, &error), &error)
        || !ok(passthru_context_new(heard, &lines, &context, &error), &error))
        fail("no options");
    if (passthru_apply_options_set_root(options, get(row, "root")) != PASSTHRU_STATUS_OK)
        fail("no root");
    if (strcmp(row->call, "check") == 0) {
        if (read_plan(row, &plan)) {
            status = passthru_plan_check(plan, options, &done, &error);
            put_document(status, done, error);
            done = NULL;
        }
    } else {
        if (strcmp(row->call, "apply") == 0 && read_plan(row, &plan))
            status = passthru_plan_apply(plan, options, context, &done, &error);
        else if (strcmp(row->call, "resume") == 0)
            status = passthru_resume(options, context, &done, &error);
        else if (strcmp(row->call, "keep") == 0)
            status = passthru_keep(options, context, &done, &error);
        else
            status = passthru_undo(options, context, &done, &error);
        if (ok(status, &error)) {
            put_lent(done);
            if (lines != steps_of(passthru_document_value(done)))
                fail("other steps in the log");
        }
    }
    passthru_document_free(done);
    passthru_plan_free(plan);
    passthru_context_free(context);
    passthru_apply_options_free(options);
}

static void of_convert(const struct row *row)
{
    const char *root = get(row, "root");
    struct bytes bytes = read_file(get(row, "file"));
    passthru_text text = {get(row, "file"), bytes.data, bytes.length};
    passthru_document *made = NULL;
    passthru_host *host = NULL;
    passthru_error *error;

    if ((root == NULL || ok(passthru_host_open_directory(root, &host, &error), &error))
        && ok(passthru_convert(&text, get(row, "to"), host, NULL, get(row, "vm"), &made, &error),
              &error))
        put_lent(made);
    passthru_document_free(made);
    passthru_host_free(host);
    free(bytes.data);
}

static void of_diff(const struct row *row)
{
    passthru_host *old = NULL;
    passthru_host *newer = NULL;
    passthru_document *diff = NULL;
    passthru_error *error;

    if (ok(passthru_host_open_directory(get(row, "old"), &old, &error), &error)
        && ok(passthru_host_open_directory(get(row, "new"), &newer, &error), &error)
        && ok(passthru_host_diff(old, newer, &diff, &error), &error))
        put_lent(diff);
    passthru_document_free(diff);
    passthru_host_free(newer);
    passthru_host_free(old);
}

static void of_name(const struct row *row)
{
    char name[256];
    unsigned vendor, device;

    if (sscanf(get(row, "id"), "%4x:%4x", &vendor, &device) != 2)
        fail("no ids");
    if (passthru_names_device_text(NULL, (uint16_t)vendor, (uint16_t)device, name, sizeof name)
        >= sizeof name)
        fail("a long name");
    put_text(name);
    put_text("\n");
}

static passthru_rom *rom_of(const char *path)
{
    struct bytes bytes = read_file(path);
    passthru_rom *rom = NULL;
    passthru_error *error;

    if (!ok(passthru_rom_parse(bytes.data, bytes.length, &rom, &error), &error))
        fail(path);
    free(bytes.data);
    return rom;
}

static void add_efi(const struct row *row, const passthru_rom *rom)
{
    struct bytes driver = read_file(get(row, "driver"));
    const char *words[MOST];
    size_t count = all(row, "device-list", words);
    char list[128] = "";
    passthru_new_image image = {0};
    passthru_document *edit;
    passthru_error *error = NULL;
    passthru_status status;

    for (size_t i = 0; i < count; i++) {
        strcat(list, i > 0 ? "," : "");
        strcat(list, words[i]);
    }
    image.ids = get(row, "ids");
    image.device_list = count > 0 ? list : NULL;
    image.class_code = get(row, "class");
    if (get(row, "revision") != NULL)
        image.revision = (uint16_t)strtoul(get(row, "revision"), NULL, 16);
    image.compress = get(row, "compress") != NULL;
    status = passthru_rom_add_efi(rom, driver.data, driver.length, &image, &edit, &error);
    put_with_data(status, edit, error);
    free(driver.data);
}

static void of_rom(const struct row *row, const char *kind)
{
    const char *images = get(row, "images");
    const char *words[MOST];
    passthru_error *error = NULL;
    passthru_document *edit;
    passthru_document *parts;
    passthru_status status;
    passthru_rom *rom;

    if (strcmp(kind, "build") == 0) {
        size_t count = all(row, "source", words);
        passthru_rom_source sources[MOST];

        for (size_t i = 0; i < count; i++) {
            struct bytes bytes = read_file(words[i]);

            sources[i].data = bytes.data;
            sources[i].length = bytes.length;
        }
        status = passthru_rom_build(sources, count, NULL, &edit, &error);
        put_with_data(status, edit, error);
        while (count > 0)
            free((void *)sources[--count].data);
        return;
    }
    if (strcmp(kind, "diff") == 0) {
        passthru_rom *old = rom_of(get(row, "old"));
        passthru_rom *newer = rom_of(get(row, "new"));
        status = passthru_rom_diff(old, newer, &parts, &error);
        put_document(status, parts, error);
        passthru_rom_free(newer);
        passthru_rom_free(old);
        return;
    }
    if (strcmp(kind, "carve") == 0 || strcmp(kind, "vfct") == 0) {
        struct bytes bytes = read_file(get(row, "file"));

        status = kind[0] == 'c'
            ? passthru_rom_carve(bytes.data, bytes.length, &parts, &error)
            : passthru_rom_vfct(bytes.data, bytes.length, &parts, &error);
        put_document(status, parts, error);
        free(bytes.data);
        return;
    }
    rom = rom_of(get(row, "file"));
    if (strcmp(kind, "info") == 0) {
        status = passthru_rom_info(rom, &parts, &error);
        put_document(status, parts, error);
    } else if (strcmp(kind, "verify") == 0) {
        status = passthru_rom_verify(rom, get(row, "ids"), get(row, "guest"), &parts, &error);
        put_document(status, parts, error);
    } else if (strcmp(kind, "patch-ids") == 0) {
        status = passthru_rom_patch_ids(rom, get(row, "ids"), images, &edit, &error);
        put_with_data(status, edit, error);
    } else if (strcmp(kind, "fix-checksum") == 0) {
        status = passthru_rom_fix_checksum(rom, images, &edit, &error);
        put_with_data(status, edit, error);
    } else if (strcmp(kind, "drop") == 0) {
        status = passthru_rom_drop(rom, images, &edit, &error);
        put_with_data(status, edit, error);
    } else if (strcmp(kind, "trim") == 0) {
        status = passthru_rom_trim(rom, get(row, "tail"), &edit, &error);
        put_with_data(status, edit, error);
    } else if (strcmp(kind, "add-efi") == 0) {
        add_efi(row, rom);
    } else if (strcmp(kind, "extract") == 0) {
        const char *form = get(row, "form");

        status = passthru_rom_extract(rom, images, form ? form : "image", &parts, &error);
        put_document(status, parts, error);
    } else if (strncmp(kind, "ssdt", 4) == 0) {
        if (ok(passthru_rom_to_ssdt(rom, get(row, "device"), images, &parts, &error), &error)) {
            size_t length;
            const uint8_t *table = passthru_document_data(parts, 0, &length);

            if (strcmp(kind, "ssdt") == 0)
                put(table, length);
            else
                put_lent(parts);
        }
        passthru_document_free(parts);
    } else {
        fail(kind);
    }
    passthru_rom_free(rom);
}

static void carry_out(const struct row *row)
{
    passthru_error *error = NULL;

    if (strcmp(row->call, "rom-dump") == 0) {
        uint64_t address;
        passthru_rom *rom = NULL;

        if (ok(passthru_address_parse(get(row, "device"), &address, &error), &error)
            && ok(passthru_rom_dump(get(row, "root"), address, &rom, &error), &error)) {
            size_t length;
            const uint8_t *data = passthru_rom_data(rom, &length);

            put(data, length);
        }
        passthru_rom_free(rom);
    } else if (strncmp(row->call, "rom-", 4) == 0) {
        of_rom(row, row->call + 4);
    } else if (strcmp(row->call, "explain") == 0) {
        passthru_document *found;
        passthru_status status = passthru_explain(get(row, "what"), &found, &error);

        put_document(status, found, error);
    } else if (strcmp(row->call, "ids") == 0) {
        passthru_document *found;
        passthru_status status = passthru_names_ids(NULL, get(row, "words"), &found, &error);

        put_document(status, found, error);
    } else if (strcmp(row->call, "listing") == 0) {
        struct bytes text = read_file(get(row, "file"));
        passthru_document *found;
        passthru_status status = passthru_listing_parse(text.data, text.length, &found, &error);

        put_document(status, found, error);
        free(text.data);
    } else if (strcmp(row->call, "name") == 0) {
        of_name(row);
    } else if (strcmp(row->call, "diff") == 0) {
        of_diff(row);
    } else if (strcmp(row->call, "convert") == 0) {
        of_convert(row);
    } else if (strcmp(row->call, "lspci-dump") == 0) {
        struct bytes dump = read_file(get(row, "file"));
        char *options = options_of(row);
        passthru_document *document = NULL;
        passthru_status status = passthru_lspci_from_dump(dump.data, dump.length, options,
                                                     get(row, "pciutils"), &document, &error);

        put_document(status, document, error);
        free(options);
        free(dump.data);
    } else if (strcmp(row->call, "plan-from-json") == 0) {
        passthru_plan *plan = NULL;

        if (read_plan(row, &plan))
            put_lent(passthru_plan_document(plan));
        passthru_plan_free(plan);
    } else if (strcmp(row->call, "check") == 0 || strcmp(row->call, "apply") == 0
               || strcmp(row->call, "resume") == 0 || strcmp(row->call, "keep") == 0
               || strcmp(row->call, "undo") == 0) {
        of_apply(row);
    } else {
        of_host(row);
    }
}

int main(int argc, char **argv)
{
    char path[4096];
    char *table, *line;

    row_name = "";
    if (argc != 3)
        fail("usage: calls TABLE ANSWERS");
    table = (char *)read_file(argv[1]).data;
    line = strchr(table, '\n');
    while (line != NULL && *++line != 0) {
        char *end = strchr(line, '\n');
        char *columns[4] = {line, NULL, NULL, NULL};
        struct row row = {0};
        char *argument;

        if (end != NULL)
            *end = 0;
        for (size_t i = 1; i < 4; i++) {
            columns[i] = strchr(columns[i - 1], '\t');
            if (columns[i] == NULL)
                fail("expected four columns");
            *columns[i]++ = 0;
        }
        row.name = columns[0];
        row.call = columns[1];
        row_name = row.name;
        for (argument = strtok(columns[2], " "); argument != NULL && row.count < MOST;
             argument = strtok(NULL, " ")) {
            char *value = strchr(argument, '=');

            if (value == NULL)
                fail(argument);
            *value = 0;
            row.keys[row.count] = argument;
            row.values[row.count++] = value + 1;
        }
        snprintf(path, sizeof path, "%s/%s", argv[2], row.name);
        answer = fopen(path, "wb");
        if (answer == NULL)
            fail(path);
        carry_out(&row);
        if (fclose(answer) != 0)
            fail(path);
        line = end;
    }
    free(table);
    return 0;
}
