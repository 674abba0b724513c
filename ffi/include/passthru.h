/*
 * libpassthru: diagnose and plan PCI passthrough.
 *
 * Status: functions that can fail return a passthru_status. Their last parameter
 * takes the reason and may be NULL; a passthru_error that was given must be freed.
 *
 * Objects: `passthru_X **out` gives an object, which exactly one passthru_X_free()
 * releases. It is set to NULL first, so that it is NULL after a failure. Freeing
 * NULL does nothing.
 *
 * Strings: a returned `const char *` is UTF-8 and lives as long as the object that
 * it was asked of; never free it. A NUL inside a string becomes U+2400, but in the
 * texts of edits, which come with their length. Strings that go in are UTF-8, but
 * for paths.
 *
 * NULL: a NULL object or an index beyond the end is answered with NULL or 0, and a
 * NULL argument that must not be with a status; neither is a crash.
 *
 * Thread safety: objects do not change once they were made. Any number of threads
 * may use one object at the same time; free it once, when none does any more. The
 * library has no global state but tables that it reads once and never changes: no
 * logging, no signal handlers, no hooks. A fault in the library is caught and becomes
 * PASSTHRU_STATUS_INTERNAL; a line about it may appear on standard error.
 *
 * Nothing here writes to the host: a plan is a value, and carrying it out is the
 * caller's business.
 */

#ifndef PASSTHRU_H
#define PASSTHRU_H

/* Made from ffi/src by `cargo xtask header`: changes made here are lost. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The version's first number, as the header knows it.
 */
#define PASSTHRU_VERSION_MAJOR 0

/**
 * The version's second number.
 */
#define PASSTHRU_VERSION_MINOR 1

/**
 * The version's third number.
 */
#define PASSTHRU_VERSION_PATCH 0

/**
 * The version of the functions and types, counted from 1: it grows when something
 * is added.
 */
#define PASSTHRU_API_VERSION 1

/**
 * What became of a call. New values may be added: treat one that you do not know
 * as a failure.
 */
enum passthru_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It was done.
     */
    PASSTHRU_STATUS_OK = 0,
    /**
     * A fault in the library itself; please report it with the error's message.
     */
    PASSTHRU_STATUS_INTERNAL = 1,
    /**
     * An argument is NULL that must not be, or a count cannot be one.
     */
    PASSTHRU_STATUS_BAD_ARGUMENT = 2,
    /**
     * A string is not UTF-8.
     */
    PASSTHRU_STATUS_NOT_UTF8 = 3,
    /**
     * The host's directory cannot be opened.
     */
    PASSTHRU_STATUS_CANNOT_OPEN = 4,
    /**
     * A text is empty, binary, a damaged snapshot, or of no known kind.
     */
    PASSTHRU_STATUS_BAD_TEXT = 5,
    /**
     * A word chooses no device, or more than one card.
     */
    PASSTHRU_STATUS_BAD_DEVICE = 6,
    /**
     * There is no such target.
     */
    PASSTHRU_STATUS_UNKNOWN_TARGET = 7,
    /**
     * No plan can be made of what was asked: no device or target is given, the
     * target has no plans, or the guest's name cannot be one.
     */
    PASSTHRU_STATUS_BAD_REQUEST = 8,
    /**
     * No plan can be made for this host, or the input does not show enough of it.
     */
    PASSTHRU_STATUS_NO_PLAN = 9,
    /**
     * The groups cannot be predicted: the input does not show enough of the host's
     * functions.
     */
    PASSTHRU_STATUS_NO_PREDICTION = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_status passthru_status;
#else
typedef uint32_t passthru_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * When something is to be done. New values may be added.
 */
enum passthru_moment
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no such step or check.
     */
    PASSTHRU_MOMENT_NONE = 0,
    /**
     * Before anything is changed.
     */
    PASSTHRU_MOMENT_BEFORE = 1,
    /**
     * After the reboot.
     */
    PASSTHRU_MOMENT_AFTER_REBOOT = 2,
    /**
     * With the edits and commands.
     */
    PASSTHRU_MOMENT_NOW = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_moment passthru_moment;
#else
typedef uint32_t passthru_moment;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a finding means for the person who reads it. New values may be added.
 */
enum passthru_verdict
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no such finding.
     */
    PASSTHRU_VERDICT_NONE = 0,
    /**
     * Passthrough cannot work until this is changed.
     */
    PASSTHRU_VERDICT_BLOCKER = 1,
    /**
     * This hardware or hypervisor cannot do what is asked.
     */
    PASSTHRU_VERDICT_IMPOSSIBLE = 2,
    /**
     * Works badly, or by luck.
     */
    PASSTHRU_VERDICT_FIX = 3,
    /**
     * A protection is given up for nothing.
     */
    PASSTHRU_VERDICT_SECURITY = 4,
    /**
     * A setting that does nothing on this host: take it out.
     */
    PASSTHRU_VERDICT_NO_EFFECT = 5,
    /**
     * The input does not say; the remedy is the command that would.
     */
    PASSTHRU_VERDICT_UNKNOWN = 6,
    /**
     * Looks bad and is fine: leave it.
     */
    PASSTHRU_VERDICT_HARMLESS = 7,
    /**
     * As it should be.
     */
    PASSTHRU_VERDICT_OK = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_verdict passthru_verdict;
#else
typedef uint32_t passthru_verdict;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Why a call failed. Free it with `passthru_error_free()`.
 */
typedef struct passthru_error passthru_error;

/**
 * A host, as far as its input shows it. Free it with `passthru_host_free()`;
 * reports and plans that were made of it live on.
 */
typedef struct passthru_host passthru_host;

/**
 * What is to be done to give functions to a guest: edits, then commands, then a
 * reboot where one is needed. Free it with `passthru_plan_free()`; it does not need
 * its host. Its strings live as long as it does.
 */
typedef struct passthru_plan passthru_plan;

/**
 * The groups that Linux would form. Free it with `passthru_prediction_free()`; it does
 * not need its host.
 */
typedef struct passthru_prediction passthru_prediction;

/**
 * The findings of one look at a host, worst first. Free it with
 * `passthru_report_free()`; it does not need its host. Its strings live as long as
 * it does.
 */
typedef struct passthru_report passthru_report;

/**
 * An option ROM, taken apart. Free it with `passthru_rom_free()`; reports that were
 * made of it live on.
 */
typedef struct passthru_rom passthru_rom;

/**
 * The fields in which two option ROMs differ. Free it with
 * `passthru_rom_diff_free()`; it does not need its ROMs.
 */
typedef struct passthru_rom_diff passthru_rom_diff;

/**
 * An option ROM after an edit, and what the edit changed. Free it with
 * `passthru_rom_edit_free()`; it does not need its ROM.
 */
typedef struct passthru_rom_edit passthru_rom_edit;

/**
 * What was taken out of a file: the images of an option ROM or their drivers, or the
 * option ROMs in another file. Free it with `passthru_rom_parts_free()`; it does not
 * need what it was taken from.
 */
typedef struct passthru_rom_parts passthru_rom_parts;

/**
 * Who takes an option ROM, and what was found, worst first. Free it with
 * `passthru_rom_report_free()`; it does not need its ROM.
 */
typedef struct passthru_rom_report passthru_rom_report;

/**
 * An ACPI table whose method `_ROM` hands an option ROM to the driver of a device in
 * a guest. Free it with `passthru_rom_ssdt_free()`; it does not need its ROM.
 */
typedef struct passthru_rom_ssdt passthru_rom_ssdt;

/**
 * A text that shows something of a host: what `lspci -nnk` or `dmesg` printed, a
 * configuration file, a snapshot of `passthru capture`. Which of them it is, is
 * found from the text.
 */
typedef struct passthru_text {
    /**
     * What evidence will call it, such as a file's name. UTF-8.
     */
    const char *name;
    /**
     * The bytes; a NUL at the end is not needed. NULL only where `length` is 0.
     */
    const uint8_t *data;
    /**
     * How many bytes there are.
     */
    size_t length;
} passthru_text;

/**
 * What an image says of itself. Lengths and offsets are in bytes. Further fields
 * are in the JSON form.
 */
typedef struct passthru_rom_image_fields {
    /**
     * Where it starts in the file.
     */
    size_t offset;
    /**
     * How long it says it is; the file may have less of it.
     */
    size_t length;
    /**
     * The device that it is for: vendor id.
     */
    uint16_t vendor;
    /**
     * The device that it is for: device id.
     */
    uint16_t device;
    /**
     * The processor that an EFI image is for, as PE/COFF numbers them; else 0.
     */
    uint16_t machine;
    /**
     * 0 for x86, 1 for Open Firmware, 2 for PA-RISC, 3 for EFI.
     */
    uint8_t code_type;
    /**
     * Whether it says that no image follows.
     */
    bool last;
    /**
     * Whether it is an x86 image whose bytes add up to 0, as they must.
     */
    bool checksum_ok;
} passthru_rom_image_fields;

/**
 * What a new image around an EFI driver says of itself. All zero, the ids and the
 * class are those of the ROM's first image, and the driver is not compressed.
 */
typedef struct passthru_new_image {
    /**
     * The ids of the function that it is for as `vendor:device`, four hex digits
     * each; NULL for those of the ROM.
     */
    const char *ids;
    /**
     * Further devices of the same vendor, in hex with commas between them; NULL for
     * none.
     */
    const char *device_list;
    /**
     * The function's class, six hex digits; NULL for that of the ROM.
     */
    const char *class_code;
    /**
     * The vendor's own revision of the code.
     */
    uint16_t revision;
    /**
     * Whether the driver is to be compressed. A signature stays valid either way.
     */
    bool compress;
} passthru_new_image;

/**
 * Bytes that a ROM is made from: those of another ROM, or of an EFI driver.
 */
typedef struct passthru_rom_source {
    /**
     * The bytes.
     */
    const uint8_t *data;
    /**
     * How many there are.
     */
    size_t length;
} passthru_rom_source;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The status that the call returned; `PASSTHRU_STATUS_OK` for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
passthru_status passthru_error_status(const struct passthru_error *error);

/**
 * What was expected, what was found and where, on one line without a full stop.
 * It lives as long as the error. NULL for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const char *passthru_error_message(const struct passthru_error *error);

/**
 * Frees an error. NULL is let pass.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed; it is not used afterwards.
 */
void passthru_error_free(struct passthru_error *error);

/**
 * Reads the running host. Nothing is written, no device is woken and no program
 * is run. What only root may read is unknown to others.
 *
 * @param out    where the host is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no host
 *
 * # Safety
 *
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_open_live(struct passthru_host **out, struct passthru_error **error);

/**
 * Reads a host from a directory that holds its files: a mounted root, an unpacked
 * archive, an example. Links are followed within the directory and never out of it.
 *
 * @param path   the directory, in the file system's encoding
 * @param out    where the host is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no host
 *
 * # Safety
 *
 * `path` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_open_directory(const char *path,
                                             struct passthru_host **out,
                                             struct passthru_error **error);

/**
 * Reads a host from texts and snapshots. What no text shows is unknown: it is
 * neither taken as good nor as bad.
 *
 * @param texts  the texts; they are not used after the call
 * @param count  how many there are, at least 1
 * @param out    where the host is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no host
 *
 * # Safety
 *
 * `texts` is NULL or points to `count` texts, of each of which `name` ends with a
 * NUL and `data` has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_open_texts(const struct passthru_text *texts,
                                         size_t count,
                                         struct passthru_host **out,
                                         struct passthru_error **error);

/**
 * Frees a host. NULL is let pass.
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; it is not used afterwards.
 */
void passthru_host_free(struct passthru_host *host);

/**
 * Looks for what is wrong with the host, what is needless and what is not known.
 *
 * @param host     the host
 * @param devices  words for what is to be passed through, as on the command line:
 *                 an address (`01:00.0`), a slot (`01:00`), an id (`10de:2d04`) or
 *                 a part of one card's name; NULL where `count` is 0
 * @param count    how many words there are; 0 for what the host's own settings
 *                 mean to pass through
 * @param target   `proxmox`, `libvirt` or `esxi`; NULL for what the input shows
 * @param out      where the report is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK` whatever is found, or why nothing could be looked for
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to
 * `count` strings; each string is NULL or ends with a NUL; `out` and `error` are
 * each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_doctor(const struct passthru_host *host,
                                     const char *const *devices,
                                     size_t count,
                                     const char *target,
                                     struct passthru_report **out,
                                     struct passthru_error **error);

/**
 * Plans the edits, commands and checks that give devices to a guest. Nothing is
 * changed. Files that the plan edits are read again from the host's input.
 *
 * @param host     the host
 * @param devices  words for the devices, as for `passthru_host_doctor()`
 * @param count    how many words there are, at least 1
 * @param target   `proxmox` or `libvirt`; NULL for what the input shows
 * @param vm       the guest's number on Proxmox VE or its name for libvirt; NULL
 *                 for a plan that ends at the host
 * @param out      where the plan is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no plan
 *
 * # Safety
 *
 * As for `passthru_host_doctor()`, and `vm` is NULL or ends with a NUL.
 */
passthru_status passthru_host_plan(const struct passthru_host *host,
                                   const char *const *devices,
                                   size_t count,
                                   const char *target,
                                   const char *vm,
                                   struct passthru_plan **out,
                                   struct passthru_error **error);

/**
 * All functions of the host, as `passthru list --json` prints them. It lives as
 * long as the host. NULL for NULL.
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed.
 */
const char *passthru_host_list_json(const struct passthru_host *host);

/**
 * The host's IOMMU groups, as `passthru groups --json` prints them. It lives as
 * long as the host. NULL for NULL.
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed.
 */
const char *passthru_host_groups_json(const struct passthru_host *host);

/**
 * How many things stand in the plan's way and are not mended by its edits; 0 for
 * NULL. The plan cannot work before they are gone.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_blocker_count(const struct passthru_plan *plan);

/**
 * The finding's code; NULL where there is no such blocker.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_blocker_code(const struct passthru_plan *plan, size_t blocker);

/**
 * What is so; NULL where there is no such blocker.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_blocker_title(const struct passthru_plan *plan, size_t blocker);

/**
 * What to do about it; NULL where there is no such blocker, or nothing is known.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_blocker_remedy(const struct passthru_plan *plan, size_t blocker);

/**
 * The file's text now, byte for byte and with a NUL after its end; NULL when there
 * is no such file yet, or no such edit.
 *
 * @param length  where the text's length in bytes is put, or NULL
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `length` is NULL or may be written.
 */
const char *passthru_plan_edit_before(const struct passthru_plan *plan,
                                      size_t edit,
                                      size_t *length);

/**
 * The file's text afterwards, byte for byte and with a NUL after its end; NULL
 * where there is no such edit.
 *
 * @param length  where the text's length in bytes is put, or NULL
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `length` is NULL or may be written.
 */
const char *passthru_plan_edit_after(const struct passthru_plan *plan, size_t edit, size_t *length);

/**
 * How many files are changed; 0 for NULL. They are changed in this order.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_edit_count(const struct passthru_plan *plan);

/**
 * The path of a file that is changed; NULL where there is no such edit.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_edit_path(const struct passthru_plan *plan, size_t edit);

/**
 * The permission bits that the file must have; 0 to keep those it has.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
uint32_t passthru_plan_edit_mode(const struct passthru_plan *plan, size_t edit);

/**
 * How many reasons there are for the edit.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_edit_reason_count(const struct passthru_plan *plan, size_t edit);

/**
 * One of the reasons; NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_edit_reason(const struct passthru_plan *plan, size_t edit, size_t reason);

/**
 * How many commands are to be run after the edits, in this order; 0 for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_command_count(const struct passthru_plan *plan);

/**
 * How many words a command has, with the program's name; 0 where there is no such
 * command.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_command_argument_count(const struct passthru_plan *plan, size_t command);

/**
 * One word of a command: the program for 0, then its arguments. They go to
 * execvp() as they are, and never through a shell. NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_command_argument(const struct passthru_plan *plan,
                                           size_t command,
                                           size_t argument);

/**
 * What the command is for; NULL where there is no such command.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_command_reason(const struct passthru_plan *plan, size_t command);

/**
 * How many steps only a person can do; 0 for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_manual_count(const struct passthru_plan *plan);

/**
 * When such a step is to be done; `PASSTHRU_MOMENT_NONE` where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
passthru_moment passthru_plan_manual_moment(const struct passthru_plan *plan, size_t step);

/**
 * The stable name of such a step; NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_manual_name(const struct passthru_plan *plan, size_t step);

/**
 * What to do; NULL where there is no such step.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_manual_text(const struct passthru_plan *plan, size_t step);

/**
 * How many checks show whether it worked; 0 for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_check_count(const struct passthru_plan *plan);

/**
 * When a check is to be made; `PASSTHRU_MOMENT_NONE` where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
passthru_moment passthru_plan_check_moment(const struct passthru_plan *plan, size_t check);

/**
 * How many words the check's command has; 0 where there is no such check.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_check_argument_count(const struct passthru_plan *plan, size_t check);

/**
 * One word of the check's command, which only looks; NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_check_argument(const struct passthru_plan *plan,
                                         size_t check,
                                         size_t argument);

/**
 * What the check's command must show; NULL where there is no such check.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_check_expectation(const struct passthru_plan *plan, size_t check);

/**
 * Frees a plan. NULL is let pass.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; it is not used afterwards.
 */
void passthru_plan_free(struct passthru_plan *plan);

/**
 * The plan as `passthru plan --json` prints it. NULL for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_to_json(const struct passthru_plan *plan);

/**
 * The edits as a unified diff that `patch -p1` and `git apply` read, also while
 * there are blockers: look at passthru_plan_blocker_count first. NULL for
 * NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_to_patch(const struct passthru_plan *plan);

/**
 * The hypervisor that the plan is for: `proxmox`. NULL for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_target(const struct passthru_plan *plan);

/**
 * How many functions the plan gives to the guest; 0 for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_device_count(const struct passthru_plan *plan);

/**
 * The address of one of them, `0000:01:00.0`; NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_device(const struct passthru_plan *plan, size_t device);

/**
 * How many things the host gives up.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_loss_count(const struct passthru_plan *plan);

/**
 * One thing that the host gives up; NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_loss(const struct passthru_plan *plan, size_t loss);

/**
 * How many files the input does not show and the plan takes to be absent.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
size_t passthru_plan_assumed_absent_count(const struct passthru_plan *plan);

/**
 * The path of one of them; NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_assumed_absent(const struct passthru_plan *plan, size_t absent);

/**
 * Why a reboot is needed; NULL when none is.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_reboot_reason(const struct passthru_plan *plan);

/**
 * Predicts the groups that Linux forms of the host's functions, from their
 * configuration space. On the running host this wakes functions that sleep.
 *
 * @param host          the host
 * @param devices       words for devices, as for `passthru_host_doctor()`, of which is
 *                      told what shares a group with them, why, and what would part it
 * @param device_count  how many words there are; 0 for none
 * @param options       kernel options that are set in addition, as they are typed:
 *                      `pcie_acs_override=downstream`; NULL where `option_count` is 0
 * @param option_count  how many options there are
 * @param kernel        another kernel's release, or `pcie-acs-2025`; NULL for the
 *                      host's own
 * @param out           where the prediction is put; NULL is put there first
 * @param error         where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no prediction
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to
 * `device_count` strings, `options` to `option_count`; each string, and `kernel`, is
 * NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer that
 * may be written.
 */
passthru_status passthru_host_predict_groups(const struct passthru_host *host,
                                             const char *const *devices,
                                             size_t device_count,
                                             const char *const *options,
                                             size_t option_count,
                                             const char *kernel,
                                             struct passthru_prediction **out,
                                             struct passthru_error **error);

/**
 * Frees a prediction. NULL is let pass.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; it is not used afterwards.
 */
void passthru_prediction_free(struct passthru_prediction *prediction);

/**
 * The prediction as `passthru groups --predict --json` prints it. It lives as long as
 * the prediction. NULL for NULL.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
const char *passthru_prediction_to_json(const struct passthru_prediction *prediction);

/**
 * Frees a report. NULL is let pass.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed; it is not used afterwards.
 */
void passthru_report_free(struct passthru_report *report);

/**
 * Whether anything stands in the way: a blocker, a fix, a security fault or
 * something impossible. The command `passthru doctor` then ends with status 1.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
bool passthru_report_has_fault(const struct passthru_report *report);

/**
 * The report as `passthru doctor --json` prints it. NULL for NULL.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_to_json(const struct passthru_report *report);

/**
 * How many findings there are; 0 for NULL.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
size_t passthru_report_finding_count(const struct passthru_report *report);

/**
 * The stable name of what was found: `passthru explain CODE` tells more. NULL
 * where there is no such finding; findings are counted from 0.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_finding_code(const struct passthru_report *report, size_t finding);

/**
 * What the finding means; `PASSTHRU_VERDICT_NONE` where there is no such finding.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
passthru_verdict passthru_report_finding_verdict(const struct passthru_report *report,
                                                 size_t finding);

/**
 * One sentence, with the names and values of this host; NULL where there is no
 * such finding.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_finding_title(const struct passthru_report *report, size_t finding);

/**
 * What to do, in words for people; NULL where there is nothing to do. The JSON
 * form has it as a value that programs can carry out.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_finding_remedy(const struct passthru_report *report, size_t finding);

/**
 * How many functions the finding is about; 0 when it is about the host.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
size_t passthru_report_finding_device_count(const struct passthru_report *report, size_t finding);

/**
 * The address of one of them, `0000:01:00.0`; NULL where there is none.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_finding_device(const struct passthru_report *report,
                                           size_t finding,
                                           size_t device);

/**
 * How many codes of other findings are consequences of this one.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
size_t passthru_report_finding_consequence_count(const struct passthru_report *report,
                                                 size_t finding);

/**
 * The code of one of them; NULL where there is none.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_finding_consequence(const struct passthru_report *report,
                                                size_t finding,
                                                size_t consequence);

/**
 * How many lines prove the finding.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
size_t passthru_report_finding_evidence_count(const struct passthru_report *report, size_t finding);

/**
 * The file on the host, or the command or text, that a line stands in; NULL where
 * there is no such line.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_finding_evidence_source(const struct passthru_report *report,
                                                    size_t finding,
                                                    size_t evidence);

/**
 * The line's number, from 1; 0 for what is no line, such as the target of a link,
 * and where there is none.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
uint32_t passthru_report_finding_evidence_line(const struct passthru_report *report,
                                               size_t finding,
                                               size_t evidence);

/**
 * What stands there, without the line's end; NULL where there is no such line.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_report_finding_evidence_text(const struct passthru_report *report,
                                                  size_t finding,
                                                  size_t evidence);

/**
 * Says in which fields two ROMs differ.
 *
 * @param left   the first ROM
 * @param right  the second ROM
 * @param out    where the differences are put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no answer
 *
 * # Safety
 *
 * `left` and `right` are each NULL or a ROM that was not freed; `out` and `error` are
 * each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_differences(const struct passthru_rom *left,
                                         const struct passthru_rom *right,
                                         struct passthru_rom_diff **out,
                                         struct passthru_error **error);

/**
 * Frees differences. NULL is let pass.
 *
 * # Safety
 *
 * `diff` is NULL or differences that were not freed; they are not used afterwards.
 */
void passthru_rom_diff_free(struct passthru_rom_diff *diff);

/**
 * The differences as `passthru rom diff --json` prints them. NULL for NULL.
 *
 * # Safety
 *
 * `diff` is NULL or differences that were not freed.
 */
const char *passthru_rom_diff_to_json(const struct passthru_rom_diff *diff);

/**
 * How many fields differ: 0 where the ROMs are the same.
 *
 * # Safety
 *
 * `diff` is NULL or differences that were not freed.
 */
size_t passthru_rom_diff_count(const struct passthru_rom_diff *diff);

/**
 * Where the ROMs differ: `prefix`, `EFI image 1`, `board`, `tail`. NULL beyond the
 * last.
 *
 * # Safety
 *
 * `diff` is NULL or differences that were not freed.
 */
const char *passthru_rom_diff_place(const struct passthru_rom_diff *diff, size_t index);

/**
 * Which field differs there. NULL beyond the last.
 *
 * # Safety
 *
 * `diff` is NULL or differences that were not freed.
 */
const char *passthru_rom_diff_field(const struct passthru_rom_diff *diff, size_t index);

/**
 * What the first ROM has in the field; NULL where it has nothing of the kind, and
 * beyond the last.
 *
 * # Safety
 *
 * `diff` is NULL or differences that were not freed.
 */
const char *passthru_rom_diff_left(const struct passthru_rom_diff *diff, size_t index);

/**
 * What the second ROM has in the field; NULL as for the first.
 *
 * # Safety
 *
 * `diff` is NULL or differences that were not freed.
 */
const char *passthru_rom_diff_right(const struct passthru_rom_diff *diff, size_t index);

/**
 * Writes ids into images; checksums that were right stay right.
 *
 * @param rom     the ROM, which stays as it is
 * @param ids     the ids as `vendor:device`, four hex digits each
 * @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
 *                `0xfc00`; NULL for all
 * @param out     where the edit is put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no edit
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `ids` and `images` are each NULL or end
 * with a NUL; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_rom_patch_ids(const struct passthru_rom *rom,
                                       const char *ids,
                                       const char *images,
                                       struct passthru_rom_edit **out,
                                       struct passthru_error **error);

/**
 * Makes the bytes of x86 images add up to 0, by the byte that their vendor has for
 * that. The parameters are those of `passthru_rom_patch_ids()`.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_fix_checksum(const struct passthru_rom *rom,
                                          const char *images,
                                          struct passthru_rom_edit **out,
                                          struct passthru_error **error);

/**
 * Has the last of the images say that no other follows. The parameters are those of
 * `passthru_rom_patch_ids()`.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_set_last(const struct passthru_rom *rom,
                                      const char *images,
                                      struct passthru_rom_edit **out,
                                      struct passthru_error **error);

/**
 * Takes images out of the chain. The parameters are those of
 * `passthru_rom_patch_ids()`.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_drop(const struct passthru_rom *rom,
                                  const char *images,
                                  struct passthru_rom_edit **out,
                                  struct passthru_error **error);

/**
 * Cuts off what stands in front of the first image, and what stands behind the last
 * as `tail` says.
 *
 * @param rom    the ROM, which stays as it is
 * @param tail   `keep`, `pci` or `nvidia`
 * @param out    where the edit is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no edit
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `tail` is NULL or ends with a NUL; `out`
 * and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_trim(const struct passthru_rom *rom,
                                  const char *tail,
                                  struct passthru_rom_edit **out,
                                  struct passthru_error **error);

/**
 * Frees an edit. NULL is let pass.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed; it is not used afterwards.
 */
void passthru_rom_edit_free(struct passthru_rom_edit *edit);

/**
 * The bytes of the ROM after the edit; they live as long as the edit. NULL for NULL.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
const uint8_t *passthru_rom_edit_data(const struct passthru_rom_edit *edit);

/**
 * How many bytes `passthru_rom_edit_data()` has.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
size_t passthru_rom_edit_length(const struct passthru_rom_edit *edit);

/**
 * The edit as the command prints it with `--json`. NULL for NULL.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
const char *passthru_rom_edit_to_json(const struct passthru_rom_edit *edit);

/**
 * How many runs of bytes the edit changed: 0 where there was nothing to change.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
size_t passthru_rom_edit_change_count(const struct passthru_rom_edit *edit);

/**
 * Where a change is in the source, in bytes from its start.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
size_t passthru_rom_edit_change_offset(const struct passthru_rom_edit *edit, size_t index);

/**
 * How many bytes of the source a change replaces: 0 where bytes were put in.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
size_t passthru_rom_edit_change_removed(const struct passthru_rom_edit *edit, size_t index);

/**
 * How many bytes stand there now: 0 where bytes were taken out.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
size_t passthru_rom_edit_change_inserted(const struct passthru_rom_edit *edit, size_t index);

/**
 * Why a change was made. NULL beyond the last.
 *
 * # Safety
 *
 * `edit` is NULL or an edit that was not freed.
 */
const char *passthru_rom_edit_change_why(const struct passthru_rom_edit *edit, size_t index);

/**
 * How many images PCI's chain has; 0 for NULL and for what is no ROM.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed.
 */
size_t passthru_rom_image_count(const struct passthru_rom *rom);

/**
 * One image of PCI's chain, counted from 0.
 *
 * @param rom    the ROM
 * @param image  which image
 * @param out    where it is put; left as it is where there is no such image
 * @return whether there is such an image
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `out` is NULL or points to an image
 * that may be written.
 */
bool passthru_rom_image(const struct passthru_rom *rom,
                        size_t image,
                        struct passthru_rom_image_fields *out);

/**
 * Adds an image with an EFI driver behind the others.
 *
 * @param rom     the ROM, which stays as it is
 * @param driver  the driver, an executable; not used after the call
 * @param length  how many bytes it is
 * @param image   what the image says of itself; NULL for what the first image says
 * @param out     where the edit is put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no edit
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `driver` is NULL or has `length` bytes;
 * `image` is NULL or points to a struct whose strings are each NULL or end with a NUL;
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_add_efi(const struct passthru_rom *rom,
                                     const uint8_t *driver,
                                     size_t length,
                                     const struct passthru_new_image *image,
                                     struct passthru_rom_edit **out,
                                     struct passthru_error **error);

/**
 * Makes a ROM of the images of other ROMs and of EFI drivers, in their order. The
 * edit is that of an empty file, a change for each source.
 *
 * @param sources  ROMs and drivers: what starts with `MZ` or `VZ` is a driver; not
 *                 used after the call
 * @param count    how many there are
 * @param image    what the new images say of themselves; NULL for what the first
 *                 image of the first ROM says
 * @param out      where the edit is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no edit
 *
 * # Safety
 *
 * `sources` is NULL or has `count` sources, the data of each NULL or as long as it
 * says; `image` is NULL or points to a struct whose strings are each NULL or end with
 * a NUL; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_build(const struct passthru_rom_source *sources,
                                   size_t count,
                                   const struct passthru_new_image *image,
                                   struct passthru_rom_edit **out,
                                   struct passthru_error **error);

/**
 * Takes images out of a ROM, each by itself.
 *
 * @param rom     the ROM, which stays as it is
 * @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
 *                `0xfc00`; NULL for all
 * @param form    `image` for all of each image; `stored` for the driver of an EFI
 *                image as it is in the file; `driver` for that driver, ready to load
 * @param out     where the parts are put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there are no parts
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `images` and `form` are each NULL or end
 * with a NUL; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_rom_extract(const struct passthru_rom *rom,
                                     const char *images,
                                     const char *form,
                                     struct passthru_rom_parts **out,
                                     struct passthru_error **error);

/**
 * Finds the option ROMs inside another file, such as the firmware of a board.
 * Firmware has most of them compressed; such are not found. Where there are none,
 * the count of parts is 0.
 *
 * @param data    the bytes of the file; they are not used after the call. NULL only
 *                where `length` is 0
 * @param length  how many there are
 * @param out     where the parts are put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there are no parts
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to
 * a pointer that may be written.
 */
passthru_status passthru_rom_carve(const uint8_t *data,
                                   size_t length,
                                   struct passthru_rom_parts **out,
                                   struct passthru_error **error);

/**
 * Takes the video BIOSes out of an ACPI table VFCT, by which AMD's firmware hands
 * them to the operating system: on Linux `/sys/firmware/acpi/tables/VFCT`.
 *
 * @param data    the bytes of the table; they are not used after the call
 * @param length  how many there are
 * @param out     where the parts are put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there are no parts
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to
 * a pointer that may be written.
 */
passthru_status passthru_rom_vfct(const uint8_t *data,
                                  size_t length,
                                  struct passthru_rom_parts **out,
                                  struct passthru_error **error);

/**
 * Frees parts. NULL is let pass.
 *
 * # Safety
 *
 * `parts` is NULL or parts that were not freed; they are not used afterwards.
 */
void passthru_rom_parts_free(struct passthru_rom_parts *parts);

/**
 * How many parts there are.
 *
 * # Safety
 *
 * `parts` is NULL or parts that were not freed.
 */
size_t passthru_rom_parts_count(const struct passthru_rom_parts *parts);

/**
 * The parts as the command prints them with `--json`: `passthru rom extract`, `carve`
 * or `vfct`. NULL for NULL.
 *
 * # Safety
 *
 * `parts` is NULL or parts that were not freed.
 */
const char *passthru_rom_parts_to_json(const struct passthru_rom_parts *parts);

/**
 * The bytes of a part; they live as long as the parts. NULL beyond the last.
 *
 * # Safety
 *
 * `parts` is NULL or parts that were not freed.
 */
const uint8_t *passthru_rom_parts_data(const struct passthru_rom_parts *parts, size_t index);

/**
 * How many bytes `passthru_rom_parts_data()` has; 0 beyond the last.
 *
 * # Safety
 *
 * `parts` is NULL or parts that were not freed.
 */
size_t passthru_rom_parts_length(const struct passthru_rom_parts *parts, size_t index);

/**
 * Where a part was in the file, in bytes from its start; of a driver, where its image
 * starts. 0 beyond the last.
 *
 * # Safety
 *
 * `parts` is NULL or parts that were not freed.
 */
size_t passthru_rom_parts_offset(const struct passthru_rom_parts *parts, size_t index);

/**
 * Takes the bytes of an option ROM apart. Any bytes give a ROM: what is wrong with
 * them is said by `passthru_rom_verify()`, and without images the count of images
 * is 0.
 *
 * @param data    the bytes; they are not used after the call. NULL only where
 *                `length` is 0
 * @param length  how many there are
 * @param out     where the ROM is put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no ROM
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to
 * a pointer that may be written.
 */
passthru_status passthru_rom_parse(const uint8_t *data,
                                   size_t length,
                                   struct passthru_rom **out,
                                   struct passthru_error **error);

/**
 * Frees a ROM. NULL is let pass.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; it is not used afterwards.
 */
void passthru_rom_free(struct passthru_rom *rom);

/**
 * The ROM as `passthru rom info --json` prints it. NULL for NULL.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed.
 */
const char *passthru_rom_to_json(const struct passthru_rom *rom);

/**
 * The text that Alex Williamson's rom-parser prints of it, as
 * `passthru rom info --rom-parser` does. NULL for NULL.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed.
 */
const char *passthru_rom_to_rom_parser_text(const struct passthru_rom *rom);

/**
 * How many bytes stand before the first image: 0 where firmware finds the ROM.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed.
 */
size_t passthru_rom_prefix_length(const struct passthru_rom *rom);

/**
 * How many bytes stand behind the last image.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed.
 */
size_t passthru_rom_tail_length(const struct passthru_rom *rom);

/**
 * Says who takes a ROM for a card and a guest, who does not, and why.
 *
 * @param rom    the ROM
 * @param ids    the card's ids as `vendor:device` or
 *               `vendor:device:subvendor:subdevice`, four hex digits each; NULL
 *               where they are not known
 * @param guest  the guest's firmware: `ovmf`, `seabios` or `both`; NULL where it is
 *               not known
 * @param out    where the report is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no report
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `ids` and `guest` are each NULL or end
 * with a NUL; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_rom_verify(const struct passthru_rom *rom,
                                    const char *ids,
                                    const char *guest,
                                    struct passthru_rom_report **out,
                                    struct passthru_error **error);

/**
 * Frees a report on a ROM. NULL is let pass.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed; it is not used afterwards.
 */
void passthru_rom_report_free(struct passthru_rom_report *report);

/**
 * Whether anything stands in the way. The command `passthru rom verify` then ends
 * with status 1.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
bool passthru_rom_report_has_fault(const struct passthru_rom_report *report);

/**
 * The report as `passthru rom verify --json` prints it. NULL for NULL.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_to_json(const struct passthru_rom_report *report);

/**
 * How many readers were asked; 0 for NULL.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
size_t passthru_rom_report_answer_count(const struct passthru_rom_report *report);

/**
 * Who reads the ROM: `linux-sysfs`, `qemu`, `seabios`, `ovmf`, `secure-boot` or
 * `nvidia-driver`; others may be added. NULL where there is no such answer; they
 * are counted from 0.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_answer_consumer(const struct passthru_rom_report *report,
                                                size_t index);

/**
 * What it does with the ROM: `accepts`, `refuses` or `unknown`. NULL where there is
 * no such answer.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_answer_acceptance(const struct passthru_rom_report *report,
                                                  size_t index);

/**
 * Why, in a few words. NULL where there is no such answer.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_answer_because(const struct passthru_rom_report *report,
                                               size_t index);

/**
 * How many findings there are; 0 for NULL.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
size_t passthru_rom_report_finding_count(const struct passthru_rom_report *report);

/**
 * The stable name of what was found: `passthru explain CODE` tells more. NULL where
 * there is no such finding; findings are counted from 0.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_finding_code(const struct passthru_rom_report *report,
                                             size_t index);

/**
 * What the finding means; `PASSTHRU_VERDICT_NONE` where there is no such finding.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
passthru_verdict passthru_rom_report_finding_verdict(const struct passthru_rom_report *report,
                                                     size_t index);

/**
 * Whom it concerns, as for the answers; NULL where it concerns all, and where there
 * is no such finding.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_finding_consumer(const struct passthru_rom_report *report,
                                                 size_t index);

/**
 * Where it is, in bytes from the start of the file; `SIZE_MAX` for what is of no
 * place, and where there is no such finding.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
size_t passthru_rom_report_finding_offset(const struct passthru_rom_report *report, size_t index);

/**
 * One sentence, with the values of this ROM; NULL where there is no such finding.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_finding_text(const struct passthru_rom_report *report,
                                             size_t index);

/**
 * What to do, in words for people; NULL where there is nothing to do.
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed.
 */
const char *passthru_rom_report_finding_remedy(const struct passthru_rom_report *report,
                                               size_t index);

/**
 * Makes the table for a device.
 *
 * @param rom     the ROM, which stays as it is
 * @param device  the device's full name in the guest, such as `\_SB.PCI0.S08.S00`
 * @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
 *                `0xfc00`, and they must stand next to each other; NULL for all
 * @param out     where the table is put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no table
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `device` and `images` are each NULL or
 * end with a NUL; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_rom_to_ssdt(const struct passthru_rom *rom,
                                     const char *device,
                                     const char *images,
                                     struct passthru_rom_ssdt **out,
                                     struct passthru_error **error);

/**
 * Frees a table. NULL is let pass.
 *
 * # Safety
 *
 * `ssdt` is NULL or a table that was not freed; it is not used afterwards.
 */
void passthru_rom_ssdt_free(struct passthru_rom_ssdt *ssdt);

/**
 * The bytes of the table, as QEMU's `-acpitable file=` takes them; they live as long
 * as the table. NULL for NULL.
 *
 * # Safety
 *
 * `ssdt` is NULL or a table that was not freed.
 */
const uint8_t *passthru_rom_ssdt_data(const struct passthru_rom_ssdt *ssdt);

/**
 * How many bytes `passthru_rom_ssdt_data()` has.
 *
 * # Safety
 *
 * `ssdt` is NULL or a table that was not freed.
 */
size_t passthru_rom_ssdt_length(const struct passthru_rom_ssdt *ssdt);

/**
 * The source of the table, for `iasl`. NULL for NULL.
 *
 * # Safety
 *
 * `ssdt` is NULL or a table that was not freed.
 */
const char *passthru_rom_ssdt_source(const struct passthru_rom_ssdt *ssdt);

/**
 * The word for a verdict, as in JSON: `no-effect`. It is never freed. NULL for
 * `PASSTHRU_VERDICT_NONE` and for a number that is no verdict.
 */
const char *passthru_verdict_word(uint32_t verdict);

/**
 * The version of the library that runs, `0.1.0`. It is never freed.
 */
const char *passthru_version_string(void);

/**
 * `PASSTHRU_API_VERSION` of the library that runs. A program that was built with a
 * larger one may miss functions.
 */
uint32_t passthru_api_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PASSTHRU_H */
