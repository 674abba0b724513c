/*
 * libpassthru: diagnose and plan PCI passthrough.
 *
 * Status: functions that can fail return a passthru_status. Their last parameter
 * takes the reason and may be NULL; a passthru_error that was given must be freed. Look
 * at the error after the call, and never in another argument of the same expression: C
 * may evaluate that first.
 *
 * Objects: `passthru_X **out` gives an object, which exactly one passthru_X_free()
 * releases. It is set to NULL first, so that it is NULL after a failure. Freeing
 * NULL does nothing.
 *
 * Documents: what a call says is a passthru_document, the very JSON that the command
 * prints with `--json`. passthru_document_value() gives the value that it says, and
 * passthru_value_member(), passthru_value_at() and their like what is in that: all that the
 * command prints can be read. The fields of each form are in docs/json.md and docs/documents.schema.json.
 *
 * Strings: a returned `const char *` is UTF-8, ends with a NUL and lives as long as the
 * object that it was asked of; never free it. What may have a NUL inside comes with its
 * length. Strings that go in are UTF-8, but for paths.
 *
 * NULL: a NULL object or value, and what is not there, is answered with NULL, 0 or false, and
 * a NULL argument that must not be with a status; neither is a crash.
 *
 * Thread safety: objects do not change once they were made, but for passthru_input,
 * passthru_request and passthru_apply_options, which lock themselves. Any number of
 * threads may use one object at the same time; free it once, when none does any more. The
 * library has no global state but tables that it reads once and never changes, keeps
 * nothing for a thread, and changes no signal handlers, no allocator and no hooks. A
 * signal that interrupts a system call is no error. A fault in the library is caught and
 * becomes PASSTHRU_STATUS_INTERNAL; a line about it may appear on standard error.
 *
 * Misuse: an object is used until it is freed, and a value until its document is. What was
 * freed, or was never an object of the library, must not be given to it: that is not found,
 * and as undefined as a use after free().
 *
 * Log: a call that takes a passthru_context tells it what it does; nothing else is
 * logged.
 *
 * What writes to a host: passthru_plan_apply(), passthru_resume(), passthru_keep() and
 * passthru_undo(), to the root that their options name, and passthru_rom_dump() the kernel's switch of a
 * ROM, which it takes back. Nothing else does.
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
#define PASSTHRU_API_VERSION 4

/**
 * The result of a call. New values may be added: treat one that you do not know
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
    /**
     * The host is not as it must be for a plan; nothing was changed.
     */
    PASSTHRU_STATUS_REFUSED = 11,
    /**
     * Another passthru is at work on the host.
     */
    PASSTHRU_STATUS_BUSY = 12,
    /**
     * A transaction waits to be finished, or there is none.
     */
    PASSTHRU_STATUS_TRANSACTION = 13,
    /**
     * The system refused something.
     */
    PASSTHRU_STATUS_SYSTEM = 14,
    /**
     * A command of a plan failed.
     */
    PASSTHRU_STATUS_COMMAND = 15,
    /**
     * The input does not show what was asked.
     */
    PASSTHRU_STATUS_NOT_SHOWN = 16,
    /**
     * Nothing is known of what was asked.
     */
    PASSTHRU_STATUS_NO_ENTRY = 17,
    /**
     * The target cannot express the machine.
     */
    PASSTHRU_STATUS_UNSUPPORTED = 18,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_status passthru_status;
#else
typedef uint32_t passthru_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The type of a value. New values may be added.
 */
enum passthru_type
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no such value.
     */
    PASSTHRU_TYPE_NONE = 0,
    /**
     * null: the document has the field without a value.
     */
    PASSTHRU_TYPE_NULL = 1,
    /**
     * true or false.
     */
    PASSTHRU_TYPE_BOOLEAN = 2,
    /**
     * A number without a fraction.
     */
    PASSTHRU_TYPE_INTEGER = 3,
    /**
     * A number with a fraction.
     */
    PASSTHRU_TYPE_NUMBER = 4,
    /**
     * A string.
     */
    PASSTHRU_TYPE_STRING = 5,
    /**
     * An array, of elements.
     */
    PASSTHRU_TYPE_ARRAY = 6,
    /**
     * An object, of members with names.
     */
    PASSTHRU_TYPE_OBJECT = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_type passthru_type;
#else
typedef uint32_t passthru_type;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How much a line of the log matters. New values may be added.
 */
enum passthru_log_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * What was taken for what.
     */
    PASSTHRU_LOG_LEVEL_INFO = 1,
    /**
     * A step that changes the host.
     */
    PASSTHRU_LOG_LEVEL_STEP = 2,
    /**
     * Something failed, and the call goes on.
     */
    PASSTHRU_LOG_LEVEL_WARNING = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_log_level passthru_log_level;
#else
typedef uint32_t passthru_log_level;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What is done with a plan's commands.
 */
enum passthru_command_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * They run on this machine: for a plan that is applied to `/`.
     */
    PASSTHRU_COMMAND_MODE_RUN = 1,
    /**
     * They run in the tree, by chroot(8).
     */
    PASSTHRU_COMMAND_MODE_CHROOT = 2,
    /**
     * They are only listed, as steps of the kind `PASSTHRU_STEP_LEFT`.
     */
    PASSTHRU_COMMAND_MODE_LIST = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_command_mode passthru_command_mode;
#else
typedef uint32_t passthru_command_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * When functions are bound to vfio-pci.
 */
enum passthru_binding_time
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * By the reboot.
     */
    PASSTHRU_BINDING_TIME_AFTER_REBOOT = 1,
    /**
     * Without a reboot as well, where that is safe: no display controller on a driver, no
     * file system, no interface that is up.
     */
    PASSTHRU_BINDING_TIME_NOW = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_binding_time passthru_binding_time;
#else
typedef uint32_t passthru_binding_time;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * In which form findings are given. New values may be added.
 */
enum passthru_format
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * One JSON document, as `passthru doctor --json` prints it.
     */
    PASSTHRU_FORMAT_JSON = 1,
    /**
     * JSON, a finding a line, as `passthru doctor --format jsonl` prints it.
     */
    PASSTHRU_FORMAT_JSON_LINES = 2,
    /**
     * Metrics for the textfile collector of Prometheus' node_exporter, as `passthru doctor
     * --format prometheus` prints them.
     */
    PASSTHRU_FORMAT_PROMETHEUS = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_format passthru_format;
#else
typedef uint32_t passthru_format;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a plan is carried out, checked or taken back with. Free it with
 * `passthru_apply_options_free()`. Unlike other objects it changes, and may do so from any
 * thread.
 *
 * Locks itself; threads may share it.
 */
typedef struct passthru_apply_options passthru_apply_options;

/**
 * Who is told what calls do. A call that takes a context tells no other. Free it with
 * `passthru_context_free()`.
 *
 * Threads may share it where its callback may be called by them.
 */
typedef struct passthru_context passthru_context;

/**
 * What a call made: a JSON document, as the command prints it with `--json`, or another
 * text, such as HTML, a script, or what lspci prints. A JSON document is read by
 * `passthru_document_value()`. Free it with `passthru_document_free()`; it needs nothing
 * that it was made of.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_document passthru_document;

/**
 * Why a call failed. Free it with `passthru_error_free()`.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_error passthru_error;

/**
 * A host, as far as its input shows it. Free it with `passthru_host_free()`;
 * documents and plans that were made of it live on.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_host passthru_host;

/**
 * What a host shows, collected piece by piece: for programs that read files by themselves,
 * on another machine or inside a sandbox. The library then reads nothing. Free it with
 * `passthru_input_free()`; unlike other objects it changes, and may do so from any thread.
 *
 * Locks itself; threads may share it.
 */
typedef struct passthru_input passthru_input;

/**
 * A pci.ids database. Free it with `passthru_names_free()`.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_names passthru_names;

/**
 * What is to be done to give functions to a guest, or back to the host: edits, then
 * commands, then a reboot where one is needed. Free it with `passthru_plan_free()`; it does
 * not need its host.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_plan passthru_plan;

/**
 * What a plan is asked for: `passthru_host_plan()` with all that may be said, and what is
 * added later. Free it with `passthru_request_free()`. Unlike other objects it changes, and
 * may do so from any thread.
 *
 * Locks itself; threads may share it.
 */
typedef struct passthru_request passthru_request;

/**
 * An option ROM, taken apart. Free it with `passthru_rom_free()`; documents that were
 * made of it live on.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_rom passthru_rom;

/**
 * A value of a JSON document: null, a boolean, a number, a string, an array or an object.
 * It is part of its document and lives as long as that; it is never freed. All functions
 * answer NULL with NULL, 0 or false, so that a member may be asked of what is not there.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_value passthru_value;

/**
 * What is called with each line of the log, on the thread that made the call and before
 * that call returns. `level` is a `passthru_log_level`; `message` is UTF-8 without a line
 * end and lives until the callback returns.
 *
 * It must return: it must not call longjmp(). A C++ exception that leaves it ends the
 * program with a message, since what holds the host in the middle of a change must not be
 * left standing there; `passthru.hpp` catches exceptions and throws them again after the
 * call. It must not free objects that the call uses.
 */
typedef void (*passthru_log_callback)(void *user, uint32_t level, const char *message);

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
 * Reads an address in any spelling that the command understands: `01:00.0`,
 * `0000:01:00.0`, `pci_0000_01_00_0`, `PCI 1:0.0`.
 *
 * @param text   the address
 * @param out    where it is put, as one number: the domain from bit 16 on, the bus in bits 8
 *               to 15, the device in bits 3 to 7, the function in bits 0 to 2, so that
 *               numbers are in the order of addresses; 0 is put there first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_DEVICE`
 *
 * # Safety
 *
 * `text` is NULL or ends with a NUL; `out` is NULL or may be written; `error` is NULL or
 * points to a pointer that may be written.
 */
passthru_status passthru_address_parse(const char *text,
                                       uint64_t *out,
                                       struct passthru_error **error);

/**
 * Writes an address as documents spell it: `0000:01:00.0`.
 *
 * @param address  the address, as `passthru_address_parse()` packs it
 * @param buffer   where the text is put, with a NUL after its end, cut where it does not
 *                 fit; NULL for its length alone
 * @param size     how many bytes may be put there
 * @return the length of the whole text; 0 where `address` is not an address
 *
 * # Safety
 *
 * `buffer` is NULL or has `size` bytes that may be written.
 */
size_t passthru_address_format(uint64_t address, char *buffer, size_t size);

/**
 * Makes options without a root.
 *
 * @param out    where the options are put; NULL is put there first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or why there are none
 *
 * # Safety
 *
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_apply_options_new(struct passthru_apply_options **out,
                                           struct passthru_error **error);

/**
 * Frees options. NULL is a no-op.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; it is not used afterwards.
 */
void passthru_apply_options_free(struct passthru_apply_options *options);

/**
 * Says which host is changed. There is no default.
 *
 * @param options  the options
 * @param root     the directory that holds the host's files, in the file system's
 * encoding; `/` for the running host
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_ARGUMENT` for NULL
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `root` is NULL or ends with a NUL.
 */
passthru_status passthru_apply_options_set_root(const struct passthru_apply_options *options,
                                                const char *root);

/**
 * Takes upon the caller what stands in the way: `display`, `disk`, `network`,
 * `process`, `kernel` or a finding's code, as `passthru_plan_blocker_accept()` names
 * it. It may be called more than once.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `what` is NULL or ends with a NUL.
 */
passthru_status passthru_apply_options_accept(const struct passthru_apply_options *options,
                                              const char *what);

/**
 * Gives up what somebody changed in a file since the plan was applied, when it is taken
 * back; a copy is kept beside the journal. It may be called more than once.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `path` is NULL or ends with a NUL.
 */
passthru_status passthru_apply_options_overwrite(const struct passthru_apply_options *options,
                                                 const char *path);

/**
 * Says what is done with the plan's commands: a `passthru_command_mode`. Without it
 * they run where the root is `/`, and are listed elsewhere.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed.
 */
passthru_status passthru_apply_options_set_commands(const struct passthru_apply_options *options,
                                                    uint32_t mode);

/**
 * Says when functions are bound: a `passthru_binding_time`. Without it they are bound
 * by the reboot.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed.
 */
passthru_status passthru_apply_options_set_binding(const struct passthru_apply_options *options,
                                                   uint32_t time);

/**
 * Has the plan undone so many seconds after the next start, unless `passthru_keep()` or
 * `passthru keep` is called until then.
 *
 * @param options  the options
 * @param seconds  from a minute to a day
 * @param program  the path of `passthru` on the host, which a unit of systemd runs:
 *                 `/usr/bin/passthru`
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or
 *         `PASSTHRU_STATUS_NOT_UTF8`; what cannot be is said when the plan is carried out
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `program` is NULL or ends with a NUL.
 */
passthru_status passthru_apply_options_set_confirmation(const struct passthru_apply_options *options,
                                                        uint32_t seconds,
                                                        const char *program);

/**
 * What speaks against carrying a plan out. Nothing is written. The form
 * `passthru-apply-check/1`.
 *
 * @param plan     the plan
 * @param options  the root, and the accepted risks
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK` whatever speaks against it, or why it cannot be said
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `options` is NULL or options that were not
 * freed; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_plan_check(const struct passthru_plan *plan,
                                    const struct passthru_apply_options *options,
                                    struct passthru_document **out,
                                    struct passthru_error **error);

/**
 * Carries a plan out, as `passthru apply` does: a journalled transaction that is
 * finished or taken back whole, wherever it was interrupted. Nothing is changed where
 * something speaks against it.
 *
 * @param plan     the plan
 * @param options  the root, and the accepted risks
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or why it was not carried out; with
 * `PASSTHRU_STATUS_COMMAND` the transaction is open
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `options` is NULL or options that were not freed; `context` is NULL or a context
 * that was not freed; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_plan_apply(const struct passthru_plan *plan,
                                    const struct passthru_apply_options *options,
                                    const struct passthru_context *context,
                                    struct passthru_document **out,
                                    struct passthru_error **error);

/**
 * Finishes the transaction that was interrupted.
 *
 * @param options  the root, and the accepted risks
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` where none is unfinished,
 * or why it was not finished
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `context` is NULL or a context
 * that was not freed; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_resume(const struct passthru_apply_options *options,
                                const struct passthru_context *context,
                                struct passthru_document **out,
                                struct passthru_error **error);

/**
 * Takes the newest transaction back: each file is as it was before.
 *
 * @param options  the root, and the accepted risks
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` where there is none to
 * take back, or why it was not. Commands that failed are in `failed`
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `context` is NULL or a context
 * that was not freed; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_undo(const struct passthru_apply_options *options,
                              const struct passthru_context *context,
                              struct passthru_document **out,
                              struct passthru_error **error);

/**
 * Keeps a plan that is undone without it: one that was applied with
 * `passthru_apply_options_set_confirmation()`. The form `passthru-transaction/1`.
 *
 * @param options  the root
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` where no plan waits for it, or
 *         why it was not kept
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `context` is NULL or a context that was
 * not freed; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_keep(const struct passthru_apply_options *options,
                              const struct passthru_context *context,
                              struct passthru_document **out,
                              struct passthru_error **error);

/**
 * Makes a context.
 *
 * @param callback  what is called with each line of the log; NULL for nothing
 * @param user      what the callback gets; the library never looks at it. Where threads
 *                  share a context, the callback must be ready to be called from them
 * @param out       receives the context; set to NULL first
 * @param error     receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `callback` is NULL or may be called with `user` as long as the context lives; `out` and
 * `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_context_new(passthru_log_callback callback,
                                     void *user,
                                     struct passthru_context **out,
                                     struct passthru_error **error);

/**
 * Frees a context. NULL is a no-op.
 *
 * # Safety
 *
 * `context` is NULL or a context that was not freed; it is not used afterwards.
 */
void passthru_context_free(struct passthru_context *context);

/**
 * The text, byte for byte and with a NUL after its end. It lives as long as the
 * document. NULL for NULL.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
const char *passthru_document_text(const struct passthru_document *document);

/**
 * How many bytes the text has, without the NUL at its end.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
size_t passthru_document_length(const struct passthru_document *document);

/**
 * The value that a JSON document says: the object with its fields, which docs/json.md and
 * docs/documents.schema.json describe. It lives as long as the document; the first call reads the text.
 * NULL for NULL, and for a text that is no JSON.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
const struct passthru_value *passthru_document_value(const struct passthru_document *document);

/**
 * The exit status of the command that prints the document: 0 where nothing needs action, 1
 * otherwise. Of `passthru doctor` that is a finding with the verdict
 * `blocker`, `fix`, `security` or `impossible`; of others `COMMAND --help` says it. 0 for
 * NULL.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
uint32_t passthru_document_exit_status(const struct passthru_document *document);

/**
 * The bytes of a file that the command writes beside the document: the ROM after an edit,
 * the parts that were extracted, in the order of `parts`, `roms` or `images` in the
 * document. They live as long as the document. NULL where there is none.
 *
 * @param document  the document
 * @param index     which of them, from 0
 * @param length    where the number of bytes is put, 0 where there are none; or NULL
 * @return the bytes
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed; `length` is NULL or may be written.
 */
const uint8_t *passthru_document_data(const struct passthru_document *document,
                                      size_t index,
                                      size_t *length);

/**
 * Frees a document. NULL is a no-op.
 *
 * # Safety
 *
 * `document` is NULL or a document that a call made and that was not freed; neither it nor
 * a value of it is used afterwards.
 */
void passthru_document_free(struct passthru_document *document);

/**
 * Explains a finding's code (`vfio-ids-missing-function`), a setting as it is typed
 * (`amd_iommu=on`) or an error text (`group 1 is not viable`): the form
 * `passthru-explanation/1`.
 *
 * @param what   the code, setting or text
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NO_ENTRY`
 *
 * # Safety
 *
 * `what` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer
 * that may be written.
 */
passthru_status passthru_explain(const char *what,
                                 struct passthru_document **out,
                                 struct passthru_error **error);

/**
 * Writes a machine's configuration of one hypervisor (Proxmox VE's `105.conf`, libvirt's
 * XML, a script that starts QEMU, `.vmx` of ESXi, `xl.cfg` of Xen) for another: the form
 * `passthru-conversion/1`.
 *
 * @param text      the configuration; its name is that of its file, and numbers a machine of
 *                  Proxmox VE. Not used after the call
 * @param target    `proxmox`, `libvirt`, `qemu`, `esxi` or `xen`
 * @param host      the host whose functions it names; NULL where that is not known
 * @param mappings  Proxmox VE's resource mappings (`/etc/pve/mapping/pci.cfg`); NULL for
 *                  none
 * @param vm        the machine's number on Proxmox VE, where that is the target; NULL for
 *                  that of the source
 * @param out       receives the document; set to NULL first
 * @param error     receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or why nothing was converted
 *
 * # Safety
 *
 * `text` is NULL or points to a text whose `name` ends with a NUL and whose `data` has
 * `length` bytes; `target`, `mappings` and `vm` are each NULL or end with a NUL; `host` is
 * NULL or a host that was not freed; `out` and `error` are each NULL or point to a pointer
 * that may be written.
 */
passthru_status passthru_convert(const struct passthru_text *text,
                                 const char *target,
                                 const struct passthru_host *host,
                                 const char *mappings,
                                 const char *vm,
                                 struct passthru_document **out,
                                 struct passthru_error **error);

/**
 * What `lspci` printed, in any of its forms, as records: the form `passthru-listing/1`. Any
 * text is read; what is damaged is in `damage`.
 *
 * @param data    the text, UTF-8; not used after the call
 * @param length  its length in bytes
 * @param out     receives the document; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NOT_UTF8`
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_listing_parse(const uint8_t *data,
                                       size_t length,
                                       struct passthru_document **out,
                                       struct passthru_error **error);

/**
 * The status that the call returned; `PASSTHRU_STATUS_OK` for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
passthru_status passthru_error_status(const struct passthru_error *error);

/**
 * What was expected, what was found and where, on one line as a rule and without a full
 * stop. It lives as long as the error. NULL for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const char *passthru_error_message(const struct passthru_error *error);

/**
 * All of that as a document, the form `passthru-failure/1`: a stable word for the status
 * (`code`), the file, the line and the bytes that it is about, and what to do (`help`). It
 * lives as long as the error and is not freed. NULL for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const struct passthru_document *passthru_error_document(const struct passthru_error *error);

/**
 * Frees an error. NULL is a no-op.
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
 * @param out    receives the host; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
 * @param out    receives the host; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
 * @param count  their number, at least 1
 * @param out    receives the host; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
 * Frees a host. NULL is a no-op.
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; it is not used afterwards.
 */
void passthru_host_free(struct passthru_host *host);

/**
 * Looks for what is wrong with the host, what is needless and what is not known: the form
 * `passthru-findings/1`, worst first.
 *
 * @param host     the host
 * @param devices  words for what is to be passed through, as on the command line: an address
 *                 (`01:00.0`), a slot (`01:00`), an id (`10de:2d04`) or a part of one card's
 *                 name; NULL where `count` is 0
 * @param count    the number of words; 0 for what the host's own settings mean to pass
 *                 through
 * @param target   the hypervisor, `proxmox`, `libvirt`, `esxi` or another of
 *                 docs/targets.md; NULL for what the input shows
 * @param format   a `passthru_format`
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK` whatever is found, or why nothing could be looked for
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings, each NULL or with a NUL at its end; `target` is NULL or ends with a NUL; `out`
 * and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_doctor(const struct passthru_host *host,
                                     const char *const *devices,
                                     size_t count,
                                     const char *target,
                                     uint32_t format,
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * Whether a guest can have each card of the host, with its group, reset methods and cost for
 * the host: the form `passthru-check/1`.
 *
 * @param host     the host
 * @param devices  words for devices, as for `passthru_host_doctor()`
 * @param count    the number of words; 0 for every card that could be assigned
 * @param target   as for `passthru_host_doctor()`
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings, each NULL or with a NUL at its end; `target` is NULL or ends with a NUL; `out`
 * and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_check(const struct passthru_host *host,
                                    const char *const *devices,
                                    size_t count,
                                    const char *target,
                                    struct passthru_document **out,
                                    struct passthru_error **error);

/**
 * One line for a shell that gathers the facts that the input lacks: the form
 * `passthru-ask/1`.
 *
 * @param host     the host; NULL for the line that gathers all that a verdict may rest on
 * @param devices  words for devices, as for `passthru_host_doctor()`
 * @param count    the number of words; 0 for what the host's own settings mean to pass
 *                 through
 * @param target   as for `passthru_host_doctor()`
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings, each NULL or with a NUL at its end; `target` is NULL or ends with a NUL; `out`
 * and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_ask(const struct passthru_host *host,
                                  const char *const *devices,
                                  size_t count,
                                  const char *target,
                                  struct passthru_document **out,
                                  struct passthru_error **error);

/**
 * The host, its candidates for passthrough, the plan that was applied and the findings: what
 * `passthru --json` prints, the form `passthru-status/1`.
 *
 * @param host   the host
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_status(const struct passthru_host *host,
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * The functions of the host: ids, names, class, driver, modules, group, BARs, reset methods.
 * The form `passthru-list/1`.
 *
 * @param host     the host
 * @param devices  words for devices, as for `passthru_host_doctor()`, or for a kind: `gpu`,
 *                 `nic`, `nvme`, `usb`, `hba`, `audio`
 * @param count    the number of words; 0 for all functions
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings, each NULL or with a NUL at its end; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_list(const struct passthru_host *host,
                                   const char *const *devices,
                                   size_t count,
                                   struct passthru_document **out,
                                   struct passthru_error **error);

/**
 * The IOMMU groups as they are: their members, whether a group can go to a guest, and what
 * the host would lose. The form `passthru-groups/1`.
 *
 * Where words choose functions, it has their groups alone, with the programs that have these
 * open.
 *
 * @param host     the host
 * @param devices  words for devices, as for `passthru_host_doctor()`, or for a kind: `gpu`,
 *                 `nic`, `nvme`, `usb`, `hba`, `audio`
 * @param count    the number of words; 0 for all groups
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings, each NULL or with a NUL at its end; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_groups(const struct passthru_host *host,
                                     const char *const *devices,
                                     size_t count,
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * The IOMMU groups that Linux forms by its rules, from the host's configuration space, and
 * what shares one with the devices. The form `passthru-predicted-groups/1`.
 *
 * @param host          the host
 * @param devices       words for devices, as for `passthru_host_doctor()`
 * @param count         the number of words
 * @param options       kernel options that are set besides (`pcie_acs_override=downstream`),
 *                      or other hardware (`card=PORT,like=SLOT`, `moved=SLOT,PORT`,
 *                      `port=ADDRESS,like=PORT`), in the words of `passthru groups --with`;
 *                      NULL for none
 * @param option_count  their number
 * @param kernel        another kernel's release, or `pcie-acs-2025`; NULL for the host's own
 * @param out           receives the document; set to NULL first
 * @param error         receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NO_PREDICTION` and others, with the
 *         reason
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings, each NULL or with a NUL at its end; `options` is NULL or points to `option_count`
 * such strings; `kernel` is NULL or ends with a NUL; `out` and `error` are each NULL or
 * point to a pointer that may be written.
 */
passthru_status passthru_host_predict_groups(const struct passthru_host *host,
                                             const char *const *devices,
                                             size_t count,
                                             const char *const *options,
                                             size_t option_count,
                                             const char *kernel,
                                             struct passthru_document **out,
                                             struct passthru_error **error);

/**
 * The checks of a plan, answered on a host that was read after the reboot: the form
 * `passthru-verification/1`.
 *
 * @param host   the host
 * @param plan   the plan; NULL for the newest one that was applied to the host
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK` whatever the answers are, or why there are none
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `plan` is NULL or a plan that was not freed;
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_verify(const struct passthru_host *host,
                                     const struct passthru_plan *plan,
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * What changed from one look at a host to another, worst first: the form `passthru-diff/1`.
 *
 * @param old    the older look
 * @param newer  the newer look
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `old` and `newer` are each NULL or a host that was not freed; `out` and `error` are each
 * NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_diff(const struct passthru_host *old,
                                   const struct passthru_host *newer,
                                   struct passthru_document **out,
                                   struct passthru_error **error);

/**
 * What is done inside a guest that has the devices: files, commands, and steps. The form
 * `passthru-guest/1`.
 *
 * @param host          the host
 * @param devices       words for devices, as for `passthru_host_doctor()`
 * @param count         the number of words
 * @param system        `windows`, a distribution such as `debian`, or the program that makes
 *                      the initramfs
 * @param options       words of `passthru guest` without their dashes: `driver=570`, `open`,
 *                      `instance=PATH`, `looking-glass=2560x1440`; NULL for none
 * @param option_count  their number
 * @param out           receives the document; set to NULL first
 * @param error         receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings, each NULL or with a NUL at its end; `options` is NULL or points to `option_count`
 * such strings; `system` is NULL or ends with a NUL; `out` and `error` are each NULL or
 * point to a pointer that may be written.
 */
passthru_status passthru_host_guest_setup(const struct passthru_host *host,
                                          const char *const *devices,
                                          size_t count,
                                          const char *system,
                                          const char *const *options,
                                          size_t option_count,
                                          struct passthru_document **out,
                                          struct passthru_error **error);

/**
 * All that the analysis reads of the host, with stand-ins for serial numbers, MAC
 * addresses and their like: the snapshot that `passthru capture` writes, which
 * `passthru_host_open_texts()` reads. On the running host this wakes functions that
 * sleep.
 *
 * @param host     the host
 * @param out      receives the text; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_capture(const struct passthru_host *host,
                                      struct passthru_document **out,
                                      struct passthru_error **error);

/**
 * The host, its findings and a plan as one page of HTML, which fetches nothing and runs
 * nothing; what identifies the machine has stand-ins. What `passthru report` writes.
 *
 * @param host     the host
 * @param devices  words for devices, as for `passthru_host_doctor()`
 * @param count    the number of words; 0 for a page without a plan
 * @param target   as for `passthru_host_plan()`
 * @param vm       as for `passthru_host_plan()`
 * @param out      receives the text; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings; each string, `target` and `vm` are NULL or end with a NUL; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_report(const struct passthru_host *host,
                                     const char *const *devices,
                                     size_t count,
                                     const char *target,
                                     const char *vm,
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * What lspci prints on the host. A function that sleeps is woken only where its
 * registers are printed.
 *
 * @param host     the host
 * @param options  lspci's options that say what is printed, apart by blanks: `-nnk -s
 * 01:00.0`; of `-v`, `-n`, `-k`, `-t`, `-m`, `-x`, `-b`, `-D`, `-P`, `-s` and `-d`.
 * NULL for none
 * @param release  the release of pciutils whose text is printed: `3.9`, `3.13` or
 * `3.15`; NULL for the newest
 * @param out      receives the text; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `options` and `release` are each NULL or
 * end with a NUL; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_lspci(const struct passthru_host *host,
                                    const char *options,
                                    const char *release,
                                    struct passthru_document **out,
                                    struct passthru_error **error);

/**
 * What lspci prints for a dump, which `lspci -x` and its longer forms printed.
 *
 * @param data     the dump; not used after the call
 * @param length   its length in bytes
 * @param options  as for `passthru_host_lspci()`
 * @param release  as for `passthru_host_lspci()`
 * @param out      receives the text; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `options` and `release` are each NULL or end with
 * a NUL; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_lspci_from_dump(const uint8_t *data,
                                         size_t length,
                                         const char *options,
                                         const char *release,
                                         struct passthru_document **out,
                                         struct passthru_error **error);

/**
 * Makes an input without any piece.
 *
 * @param out    receives the input; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_input_new(struct passthru_input **out, struct passthru_error **error);

/**
 * Frees an input. NULL is a no-op.
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; it is not used afterwards.
 */
void passthru_input_free(struct passthru_input *input);

/**
 * Adds a file of the host: `/sys/bus/pci/devices/0000:01:00.0/vendor`, `/proc/cmdline`,
 * `/etc/default/grub`. Directories above it are there then, too.
 *
 * @param input   the input
 * @param path    the file's path on the host, absolute and without `..`
 * @param data    its bytes; not used after the call
 * @param length  their number
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or
 *         `PASSTHRU_STATUS_NOT_UTF8`
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; `path` is NULL or ends with a NUL; `data`
 * is NULL or has `length` bytes.
 */
passthru_status passthru_input_add_file(const struct passthru_input *input,
                                        const char *path,
                                        const uint8_t *data,
                                        size_t length);

/**
 * Adds a symbolic link of the host, such as a function's `driver` or `iommu_group`.
 *
 * @param input   the input
 * @param path    the link's path on the host, absolute and without `..`
 * @param target  what readlink() gives of it
 * @return as `passthru_input_add_file()`
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; `path` and `target` are each NULL or end
 * with a NUL.
 */
passthru_status passthru_input_add_link(const struct passthru_input *input,
                                        const char *path,
                                        const char *target);

/**
 * Says that the host has no such file. Of a file that is neither added nor said to be
 * absent nothing is known.
 *
 * @param input  the input
 * @param path   the path, absolute and without `..`
 * @return as `passthru_input_add_file()`
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; `path` is NULL or ends with a NUL.
 */
passthru_status passthru_input_add_absent(const struct passthru_input *input, const char *path);

/**
 * Adds a text whose kind is found from what it says: what a command printed, a snapshot of
 * `passthru capture`. What is wrong with it `passthru_host_open_input()` says.
 *
 * @param input  the input
 * @param text   the text; not used after the call
 * @return as `passthru_input_add_file()`
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; `text` is NULL or points to a text whose
 * `name` ends with a NUL and whose `data` has `length` bytes.
 */
passthru_status passthru_input_add_text(const struct passthru_input *input,
                                        const struct passthru_text *text);

/**
 * Says which machine is meant where prompts in texts name several: `pve` of `root@pve:~#`.
 * What stands behind the prompts of others is not read then. That no prompt names it
 * `passthru_host_open_input()` says.
 *
 * @param input    the input
 * @param machine  the host as a prompt names it; NULL for all that the texts show
 * @return as `passthru_input_add_file()`
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; `machine` is NULL or ends with a NUL.
 */
passthru_status passthru_input_set_machine(const struct passthru_input *input, const char *machine);

/**
 * Reads a host from an input, which stays as it is: more may be added, and another host
 * read.
 *
 * @param input    the input
 * @param context  receives the kind of each text; NULL for no log
 * @param out      receives the host; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; `context` is NULL or a context that was
 * not freed; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_open_input(const struct passthru_input *input,
                                         const struct passthru_context *context,
                                         struct passthru_host **out,
                                         struct passthru_error **error);

/**
 * Reads a pci.ids text, such as `/usr/share/misc/pci.ids`. Where NULL is given for names,
 * those in the library are asked, which need not be read.
 *
 * @param data    the text; not used after the call
 * @param length  its length in bytes
 * @param out     where the names are put; NULL is put there first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_TEXT` with the line
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_names_load(const uint8_t *data,
                                    size_t length,
                                    struct passthru_names **out,
                                    struct passthru_error **error);

/**
 * Frees names. NULL is a no-op.
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; they are not used afterwards.
 */
void passthru_names_free(struct passthru_names *names);

/**
 * Names for an id, or ids for names: the form `passthru-ids/1`, the best match first.
 *
 * @param names  the names; NULL for those in the library
 * @param words  an id (`10de:2d04`, with its card `10de:2d04:10b0:205e`), a vendor (`10de`),
 *               a class (`0300`, `0c0330`) or words of a name
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NO_ENTRY`
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `words` is NULL or ends with a NUL; `out`
 * and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_names_ids(const struct passthru_names *names,
                                   const char *words,
                                   struct passthru_document **out,
                                   struct passthru_error **error);

/**
 * A vendor's and a device's name as lspci prints them, with the ids of what has no
 * name: `NVIDIA Corporation Device 2d05`.
 *
 * @param names   the names; NULL for those in the library
 * @param vendor  the vendor id
 * @param device  the device id
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not
 * fit; NULL where `size` is 0
 * @param size    the size in bytes
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_device_text(const struct passthru_names *names,
                                  uint16_t vendor,
                                  uint16_t device,
                                  char *buffer,
                                  size_t size);

/**
 * The plan as `passthru plan --json` prints it: its edits, commands, checks, the blockers
 * and the assumptions that `passthru_apply_options_accept()` has to name. It lives as long
 * as the plan and is not freed. NULL for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const struct passthru_document *passthru_plan_document(const struct passthru_plan *plan);

/**
 * Reads a plan back from its JSON form, as `passthru plan -o` writes it. A plan is carried
 * out as root, so what is read is held to what a plan can say.
 *
 * @param data    the JSON; not used after the call
 * @param length  its length in bytes
 * @param out     receives the plan; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_TEXT` with the line
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_plan_from_json(const uint8_t *data,
                                        size_t length,
                                        struct passthru_plan **out,
                                        struct passthru_error **error);

/**
 * The plan's edits as a unified diff that `patch -p1` and `git apply` read, also while the
 * plan has blockers or assumptions: look at its document first.
 *
 * @param plan   the plan
 * @param out    receives the text; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_plan_to_patch(const struct passthru_plan *plan,
                                       struct passthru_document **out,
                                       struct passthru_error **error);

/**
 * The plan as a POSIX shell script that carries it out, and takes it back. A plan in
 * whose way something stands has none.
 *
 * @param plan   the plan
 * @param out    receives the text; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_plan_to_script(const struct passthru_plan *plan,
                                        struct passthru_document **out,
                                        struct passthru_error **error);

/**
 * The plan as an Ansible playbook. A plan in whose way something stands has none.
 *
 * @param plan   the plan
 * @param out    receives the text; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_plan_to_playbook(const struct passthru_plan *plan,
                                          struct passthru_document **out,
                                          struct passthru_error **error);

/**
 * Frees a plan. NULL is a no-op.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; neither it nor its document is used
 * afterwards.
 */
void passthru_plan_free(struct passthru_plan *plan);

/**
 * Makes a request that says nothing yet.
 *
 * @param out    receives the request; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_request_new(struct passthru_request **out, struct passthru_error **error);

/**
 * Frees a request. NULL is a no-op.
 *
 * # Safety
 *
 * `request` is NULL or a request that was not freed; it is not used afterwards.
 */
void passthru_request_free(struct passthru_request *request);

/**
 * Adds a word for devices, as for `passthru_host_doctor()`.
 *
 * @param request  the request
 * @param device   the word
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or
 *         `PASSTHRU_STATUS_NOT_UTF8`
 *
 * # Safety
 *
 * `request` is NULL or a request that was not freed; `device` is NULL or ends with a NUL.
 */
passthru_status passthru_request_add_device(const struct passthru_request *request,
                                            const char *device);

/**
 * Says which hypervisor the guest is of: `proxmox`, `libvirt` and others that
 * `passthru plan --help` names. Without it, it is the one that the input shows.
 *
 * @param request  the request
 * @param target   the hypervisor
 * @return as `passthru_request_add_device()`
 *
 * # Safety
 *
 * `request` is NULL or a request that was not freed; `target` is NULL or ends with a NUL.
 */
passthru_status passthru_request_set_target(const struct passthru_request *request,
                                            const char *target);

/**
 * Says which guest it is: its number on Proxmox VE, its name for libvirt. Without it the
 * plan ends at the host.
 *
 * @param request  the request
 * @param vm       the guest
 * @return as `passthru_request_add_device()`
 *
 * # Safety
 *
 * `request` is NULL or a request that was not freed; `vm` is NULL or ends with a NUL.
 */
passthru_status passthru_request_set_vm(const struct passthru_request *request, const char *vm);

/**
 * Says how vfio-pci is to get the functions, a word of docs/driver-binding.md. Without it
 * the host's facts choose.
 *
 * @param request  the request
 * @param bind     the way of binding
 * @return as `passthru_request_add_device()`
 *
 * # Safety
 *
 * `request` is NULL or a request that was not freed; `bind` is NULL or ends with a NUL.
 */
passthru_status passthru_request_set_binding(const struct passthru_request *request,
                                             const char *bind);

/**
 * Adds what the guest's machine is to have beside the devices, in the words of
 * `passthru plan` without their dashes: `hide`, `hide=ID`, `huge-pages=1G`,
 * `looking-glass=2560x1440`, `user=NAME` after that, `rom=NAME`, `primary`,
 * `firmware=seabios`, `machine-type=q35`, `mmio-window`, `mmio-window=64G`.
 *
 * @param request  the request
 * @param option     the option
 * @return as `passthru_request_add_device()`; what cannot be is said by
 *         `passthru_host_plan_request()`
 *
 * # Safety
 *
 * `request` is NULL or a request that was not freed; `option` is NULL or ends with a NUL.
 */
passthru_status passthru_request_add_vm_option(const struct passthru_request *request,
                                               const char *option);

/**
 * Plans the edits, commands and checks that give devices to a guest. Nothing is
 * changed. Files that the plan edits are read again from the host's input.
 *
 * @param host     the host
 * @param devices  words for the devices, as for `passthru_host_doctor()`
 * @param count    the number of words, at least 1
 * @param target   `proxmox` or `libvirt`; NULL for what the input shows
 * @param vm       the guest's number on Proxmox VE or its name for libvirt; NULL
 *                 for a plan that ends at the host
 * @param out      receives the plan; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
 * Plans how a card that is bound to vfio-pci goes back to its driver, whoever bound it: what
 * `passthru release` plans. Nothing is changed.
 *
 * @param host     the host
 * @param devices  words for the devices, as for `passthru_host_doctor()`
 * @param count    the number of words, at least 1
 * @param out      receives the plan; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * As for `passthru_host_doctor()`.
 */
passthru_status passthru_host_release(const struct passthru_host *host,
                                      const char *const *devices,
                                      size_t count,
                                      struct passthru_plan **out,
                                      struct passthru_error **error);

/**
 * Plans what a request asks for. Nothing is changed.
 *
 * @param host     the host
 * @param request  the request, which stays as it is
 * @param out      receives the plan; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `request` is NULL or a request that was not
 * freed; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_plan_request(const struct passthru_host *host,
                                           const struct passthru_request *request,
                                           struct passthru_plan **out,
                                           struct passthru_error **error);

/**
 * Writes ids into images; checksums that were right stay right.
 *
 * @param rom     the ROM; it does not change
 * @param ids     the ids as `vendor:device`, four hex digits each
 * @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
 *                `0xfc00`; NULL for all
 * @param out     receives the document; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
                                       struct passthru_document **out,
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
                                          struct passthru_document **out,
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
                                      struct passthru_document **out,
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
                                  struct passthru_document **out,
                                  struct passthru_error **error);

/**
 * Cuts off what stands in front of the first image, and what stands behind the last
 * as `tail` says.
 *
 * @param rom    the ROM; it does not change
 * @param tail   `keep`, `pci` or `nvidia`
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `tail` is NULL or ends with a NUL; `out`
 * and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_trim(const struct passthru_rom *rom,
                                  const char *tail,
                                  struct passthru_document **out,
                                  struct passthru_error **error);

/**
 * Adds an image with an EFI driver behind the others.
 *
 * @param rom     the ROM; it does not change
 * @param driver  the driver, an executable; not used after the call
 * @param length  how many bytes it is
 * @param image   what the image says of itself; NULL for what the first image says
 * @param out     receives the document; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * Makes a ROM of the images of other ROMs and of EFI drivers, in their order. The
 * edit is that of an empty file, a change for each source.
 *
 * @param sources  ROMs and drivers: what starts with `MZ` or `VZ` is a driver; not
 *                 used after the call
 * @param count    their number
 * @param image    what the new images say of themselves; NULL for what the first
 *                 image of the first ROM says
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
                                   struct passthru_document **out,
                                   struct passthru_error **error);

/**
 * Takes images out of a ROM, or what is in EFI images: the form `passthru-rom-extract/1`,
 * whose data are the parts, in their order.
 *
 * @param rom     the ROM; it does not change
 * @param images  which images, as on the command line: `all`, `legacy`, `efi` or a number
 *                from 0; NULL for all
 * @param form    `image` for whole images, or of EFI images `stored` for what they hold,
 *                `driver` for the driver, unpacked
 * @param out     receives the document; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `images` and `form` are each NULL or end with a
 * NUL; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_extract(const struct passthru_rom *rom,
                                     const char *images,
                                     const char *form,
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * Finds the option ROMs inside a file, such as a firmware update: the form
 * `passthru-rom-carve/1`, whose data are the ROMs, in their order.
 *
 * @param data    the file; not used after the call
 * @param length  its length in bytes
 * @param out     receives the document; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_rom_carve(const uint8_t *data,
                                   size_t length,
                                   struct passthru_document **out,
                                   struct passthru_error **error);

/**
 * The option ROMs in an ACPI table VFCT: the form `passthru-rom-vfct/1`, whose data are the
 * ROMs, in their order.
 *
 * @param data    the table; not used after the call
 * @param length  its length in bytes
 * @param out     receives the document; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_rom_vfct(const uint8_t *data,
                                  size_t length,
                                  struct passthru_document **out,
                                  struct passthru_error **error);

/**
 * An ACPI table by which a guest finds the ROM at a device (`_ROM`). The document is its
 * source in ASL, and its data the table itself, compiled.
 *
 * @param rom     the ROM; it does not change
 * @param device  the device in the guest: `\_SB.PCI0.S08.S00`
 * @param images  which images, as on the command line: `all`, `legacy`, `efi` or a number
 *                from 0; NULL for all
 * @param out     receives the document; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `device` and `images` are each NULL or end with
 * a NUL; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_to_ssdt(const struct passthru_rom *rom,
                                     const char *device,
                                     const char *images,
                                     struct passthru_document **out,
                                     struct passthru_error **error);

/**
 * Takes the bytes of an option ROM apart. Any bytes give a ROM: what is wrong with them is
 * said by `passthru_rom_verify()`, and without images it has none.
 *
 * @param data    the bytes; they are not used after the call. NULL only where `length` is 0
 * @param length  their number
 * @param out     receives the ROM; set to NULL first
 * @param error   receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_rom_parse(const uint8_t *data,
                                   size_t length,
                                   struct passthru_rom **out,
                                   struct passthru_error **error);

/**
 * Reads a card's ROM by the kernel, as `passthru rom dump` does: the kernel's switch of the
 * ROM is set, the ROM read, and the switch taken back whatever comes between. That is all
 * that is written. In a copied tree there is nothing to switch.
 *
 * A copy that firmware ran and changed is refused, since it does not serve a guest.
 *
 * @param root     `/` for the running host, or a directory with a host's `sys`, in the file
 *                 system's encoding
 * @param address  the function whose ROM it is, as `passthru_address_parse()` packs it
 * @param out      receives the ROM; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`; `PASSTHRU_STATUS_BAD_DEVICE` where there is no such
 *         function, `PASSTHRU_STATUS_REFUSED` where it has no ROM of its own to read,
 *         `PASSTHRU_STATUS_SYSTEM` where reading fails, with what helps
 *
 * # Safety
 *
 * `root` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer
 * that may be written.
 */
passthru_status passthru_rom_dump(const char *root,
                                  uint64_t address,
                                  struct passthru_rom **out,
                                  struct passthru_error **error);

/**
 * The ROM's bytes, as they were given or read from the card. They live as long as the ROM.
 * NULL for NULL.
 *
 * @param rom     the ROM
 * @param length  where the number of bytes is put, 0 where there are none; or NULL
 * @return the bytes
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `length` is NULL or may be written.
 */
const uint8_t *passthru_rom_data(const struct passthru_rom *rom, size_t *length);

/**
 * Frees a ROM. NULL is a no-op.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; it is not used afterwards.
 */
void passthru_rom_free(struct passthru_rom *rom);

/**
 * What is in a ROM, image by image: the form `passthru-rom/1`.
 *
 * @param rom    the ROM
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_rom_info(const struct passthru_rom *rom,
                                  struct passthru_document **out,
                                  struct passthru_error **error);

/**
 * Who takes a ROM for a card and a guest, who does not, and why: the form
 * `passthru-rom-verify/1`.
 *
 * @param rom    the ROM
 * @param ids    the card's ids as `vendor:device` or `vendor:device:subvendor:subdevice`,
 *               four hex digits each; NULL where they are not known
 * @param guest  the guest's firmware: `ovmf`, `seabios` or `both`; NULL where it is not
 *               known
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `ids` and `guest` are each NULL or end with a
 * NUL; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_verify(const struct passthru_rom *rom,
                                    const char *ids,
                                    const char *guest,
                                    struct passthru_document **out,
                                    struct passthru_error **error);

/**
 * In which fields two ROMs differ: the form `passthru-rom-diff/1`.
 *
 * @param left   the first ROM
 * @param right  the second ROM
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `left` and `right` are each NULL or a ROM that was not freed; `out` and `error` are each
 * NULL or point to a pointer that may be written.
 */
passthru_status passthru_rom_diff(const struct passthru_rom *left,
                                  const struct passthru_rom *right,
                                  struct passthru_document **out,
                                  struct passthru_error **error);

/**
 * The text that Alex Williamson's rom-parser prints of a ROM, as `passthru rom info
 * --rom-parser` does.
 *
 * @param rom    the ROM
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_rom_to_rom_parser_text(const struct passthru_rom *rom,
                                                struct passthru_document **out,
                                                struct passthru_error **error);

/**
 * The type of the value; `PASSTHRU_TYPE_NONE` for NULL.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
passthru_type passthru_value_type(const struct passthru_value *value);

/**
 * The member of an object that has this name. NULL where there is none, and for what is no
 * object.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `name` is NULL or ends with
 * a NUL.
 */
const struct passthru_value *passthru_value_member(const struct passthru_value *value,
                                                   const char *name);

/**
 * The value that a JSON pointer (RFC 6901) names, seen from this one:
 * `/findings/0/evidence/0/text`. NULL where there is none.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `pointer` is NULL or ends
 * with a NUL.
 */
const struct passthru_value *passthru_value_at(const struct passthru_value *value,
                                               const char *pointer);

/**
 * How many elements an array has, or members an object; else 0.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
size_t passthru_value_length(const struct passthru_value *value);

/**
 * The element of an array with this number, from 0, or the value of the member of an object.
 * NULL beyond the last, and for what is neither.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
const struct passthru_value *passthru_value_element(const struct passthru_value *value,
                                                    size_t index);

/**
 * The name of the member of an object with this number, from 0. It lives as long as the
 * document. NULL beyond the last, and for what is no object.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
const char *passthru_value_name(const struct passthru_value *value, size_t index);

/**
 * The string, byte for byte and with a NUL after its end; one may be inside, too. It lives
 * as long as the document. NULL for what is no string.
 *
 * @param value   the value
 * @param length  where the number of bytes is put, without the NUL at the end; or NULL
 * @return the string
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `length` is NULL or may be
 * written.
 */
const char *passthru_value_string(const struct passthru_value *value, size_t *length);

/**
 * Whether the value is true; false for what is no boolean.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
bool passthru_value_is_true(const struct passthru_value *value);

/**
 * Puts an integer of 0 to 2^64 - 1 to `out`; says whether the value is one.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_unsigned(const struct passthru_value *value, uint64_t *out);

/**
 * Puts an integer of -2^63 to 2^63 - 1 to `out`; says whether the value is one.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_integer(const struct passthru_value *value, int64_t *out);

/**
 * Puts any number to `out`, the nearest where a double cannot be it; says whether the value
 * is one.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_number(const struct passthru_value *value, double *out);

/**
 * Puts the address that a string says (`0000:01:00.0`), packed as `passthru_address_parse()`
 * packs it, to `out`; says whether the value is one.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_address(const struct passthru_value *value, uint64_t *out);

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
