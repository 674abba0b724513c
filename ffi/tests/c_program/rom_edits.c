/* Prints what libpassthru makes of option ROMs: after a line with its name and length,
 * each JSON document and each run of bytes.
 *
 *     rom_edits ROM DRIVER FIRMWARE VFCT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <passthru.h>

struct bytes {
    uint8_t *data;
    size_t length;
};

static struct bytes read_file(const char *path)
{
    struct bytes bytes = {malloc(1 << 20), 0};
    FILE *file = fopen(path, "rb");

    if (bytes.data == NULL || file == NULL)
        exit(2);
    bytes.length = fread(bytes.data, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void done(passthru_status status, passthru_error *error)
{
    if (status == PASSTHRU_STATUS_OK)
        return;
    fprintf(stderr, "rom_edits: %s\n", passthru_error_message(error));
    exit(2);
}

static void show(const char *name, const void *data, size_t length)
{
    printf("== %s %zu\n", name, length);
    fwrite(data, 1, length, stdout);
}

static void show_text(const char *name, const passthru_document *document)
{
    show(name, passthru_document_text(document), passthru_document_length(document));
}

static void show_edit(const char *name, passthru_document *edit)
{
    size_t length;
    const uint8_t *data = passthru_document_data(edit, 0, &length);

    show_text(name, edit);
    show(name, data, length);
    passthru_document_free(edit);
}

static void show_parts(const char *name, passthru_document *parts)
{
    const uint8_t *data;
    size_t length;

    show_text(name, parts);
    for (size_t i = 0; (data = passthru_document_data(parts, i, &length)) != NULL; i++)
        show(name, data, length);
    passthru_document_free(parts);
}

int main(int argc, char **argv)
{
    struct bytes rom_file, driver, firmware, table;
    passthru_new_image image = {"10de:1c03", "1c02,1b06", "030200", 0x12, true};
    passthru_rom_source sources[2];
    passthru_error *error = NULL;
    passthru_rom *rom, *built;
    passthru_document *edit, *parts, *diff, *ssdt;
    const uint8_t *bytes;
    size_t length;

    if (argc != 5)
        return 2;
    rom_file = read_file(argv[1]);
    driver = read_file(argv[2]);
    firmware = read_file(argv[3]);
    table = read_file(argv[4]);
    done(passthru_rom_parse(rom_file.data, rom_file.length, &rom, &error), error);

    done(passthru_rom_add_efi(rom, driver.data, driver.length, NULL, &edit, &error), error);
    show_edit("add", edit);
    done(passthru_rom_add_efi(rom, driver.data, driver.length, &image, &edit, &error), error);
    show_edit("add with options", edit);

    sources[0].data = rom_file.data;
    sources[0].length = rom_file.length;
    sources[1].data = driver.data;
    sources[1].length = driver.length;
    done(passthru_rom_build(sources, 2, NULL, &edit, &error), error);
    bytes = passthru_document_data(edit, 0, &length);
    done(passthru_rom_parse(bytes, length, &built, &error), error);
    show_edit("build", edit);

    done(passthru_rom_extract(built, NULL, "image", &parts, &error), error);
    show_parts("extract", parts);
    done(passthru_rom_extract(built, "efi", "driver", &parts, &error), error);
    show_parts("extract driver", parts);

    done(passthru_rom_diff(rom, built, &diff, &error), error);
    show_text("diff", diff);
    passthru_document_free(diff);

    done(passthru_rom_to_ssdt(built, "\\_SB.PCI0.S08.S00", "0", &ssdt, &error), error);
    passthru_rom_free(built);
    bytes = passthru_document_data(ssdt, 0, &length);
    show("ssdt", bytes, length);
    show_text("ssdt source", ssdt);
    passthru_document_free(ssdt);
    passthru_rom_free(rom);

    done(passthru_rom_carve(firmware.data, firmware.length, &parts, &error), error);
    show_parts("carve", parts);
    done(passthru_rom_vfct(table.data, table.length, &parts, &error), error);
    show_parts("vfct", parts);

    free(rom_file.data);
    free(driver.data);
    free(firmware.data);
    free(table.data);
    return 0;
}
