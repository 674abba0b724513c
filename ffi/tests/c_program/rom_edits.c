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

static void show_text(const char *name, const char *text)
{
    show(name, text, strlen(text));
}

static void show_edit(const char *name, passthru_rom_edit *edit)
{
    show_text(name, passthru_rom_edit_to_json(edit));
    show(name, passthru_rom_edit_data(edit), passthru_rom_edit_length(edit));
    passthru_rom_edit_free(edit);
}

static void show_parts(const char *name, passthru_rom_parts *parts)
{
    show_text(name, passthru_rom_parts_to_json(parts));
    for (size_t i = 0; i < passthru_rom_parts_count(parts); i++) {
        printf("at %zu\n", passthru_rom_parts_offset(parts, i));
        show(name, passthru_rom_parts_data(parts, i), passthru_rom_parts_length(parts, i));
    }
    passthru_rom_parts_free(parts);
}

int main(int argc, char **argv)
{
    struct bytes rom_file, driver, firmware, table;
    passthru_new_image image = {"10de:1c03", "1c02,1b06", "030200", 0x12, true};
    passthru_rom_source sources[2];
    passthru_error *error = NULL;
    passthru_rom *rom, *built;
    passthru_rom_edit *edit;
    passthru_rom_parts *parts;
    passthru_rom_diff *diff;
    passthru_rom_ssdt *ssdt;

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
    done(passthru_rom_parse(passthru_rom_edit_data(edit), passthru_rom_edit_length(edit), &built,
                            &error),
         error);
    show_edit("build", edit);

    done(passthru_rom_extract(built, NULL, "image", &parts, &error), error);
    show_parts("extract", parts);
    done(passthru_rom_extract(built, "efi", "driver", &parts, &error), error);
    show_parts("extract driver", parts);

    done(passthru_rom_differences(rom, built, &diff, &error), error);
    show_text("diff", passthru_rom_diff_to_json(diff));
    for (size_t i = 0; i < passthru_rom_diff_count(diff); i++) {
        const char *left = passthru_rom_diff_left(diff, i);
        const char *right = passthru_rom_diff_right(diff, i);

        printf("%s|%s|%s|%s\n", passthru_rom_diff_place(diff, i), passthru_rom_diff_field(diff, i),
               left ? left : "none", right ? right : "none");
    }
    passthru_rom_diff_free(diff);

    done(passthru_rom_to_ssdt(built, "\\_SB.PCI0.S08.S00", "0", &ssdt, &error), error);
    passthru_rom_free(built);
    show("ssdt", passthru_rom_ssdt_data(ssdt), passthru_rom_ssdt_length(ssdt));
    show_text("ssdt source", passthru_rom_ssdt_source(ssdt));
    passthru_rom_ssdt_free(ssdt);
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
