/*
 * rom: whether firmware accepts an option ROM for a card and a guest.
 *
 *     rom FILE [VENDOR:DEVICE[:SUBVENDOR:SUBDEVICE]] [ovmf|seabios|both]
 *
 * It prints JSON, the same bytes as `passthru rom verify --json`. The exit status is
 * 0 without a problem, 1 with one, and 2 for wrong usage or unreadable input.
 *
 * Build it:
 *
 *     cc rom.c $(pkg-config --cflags --libs passthru) -o rom
 */
#include <stdio.h>
#include <stdlib.h>

#include <passthru.h>

enum { USAGE = 2 };

/* All bytes of a file; NULL where it cannot be read. */
static uint8_t *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t room = 0;

    *length = 0;
    if (file == NULL)
        return NULL;
    for (;;) {
        size_t got;

        if (*length == room) {
            uint8_t *larger = realloc(bytes, room = room ? 2 * room : 65536);

            if (larger == NULL)
                break;
            bytes = larger;
        }
        got = fread(bytes + *length, 1, room - *length, file);
        *length += got;
        if (got == 0) {
            if (ferror(file))
                break;
            fclose(file);
            return bytes;
        }
    }
    fclose(file);
    free(bytes);
    return NULL;
}

static int failed(passthru_error *error)
{
    fprintf(stderr, "rom: %s\n", passthru_error_message(error));
    passthru_error_free(error);
    return USAGE;
}

int main(int argc, char **argv)
{
    passthru_error *error = NULL;
    passthru_rom *rom = NULL;
    passthru_document *report = NULL;
    passthru_status status;
    uint8_t *bytes;
    size_t length;
    int end;

    if (argc < 2 || argc > 4) {
        fputs("usage: rom FILE [IDS] [GUEST]\n", stderr);
        return USAGE;
    }
    bytes = read_file(argv[1], &length);
    if (bytes == NULL) {
        perror(argv[1]);
        return USAGE;
    }
    status = passthru_rom_parse(bytes, length, &rom, &error);
    free(bytes);
    if (status != PASSTHRU_STATUS_OK)
        return failed(error);
    status = passthru_rom_verify(rom, argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL, &report,
                                 &error);
    passthru_rom_free(rom);
    if (status != PASSTHRU_STATUS_OK)
        return failed(error);
    fputs(passthru_document_text(report), stdout);
    end = (int)passthru_document_exit_status(report);
    passthru_document_free(report);
    return end;
}
