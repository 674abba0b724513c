/*
 * libpassthru: diagnose and plan PCI passthrough.
 *
 * Status: functions that can fail return a passthru_status. Their last parameter receives the
 * error and may be NULL; free a received passthru_error. Read the error after the call, never
 * in another argument of the same expression: C may evaluate that first.
 *
 * Objects: `passthru_X **out` receives an object; free it once with passthru_X_free(). It is
 * set to NULL first, and stays NULL after a failure. Freeing NULL is a no-op.
 *
 * Documents: a call returns a passthru_document, the JSON that the command prints with
 * `--json`. passthru_document_value() returns its object; passthru_value_member(),
 * passthru_value_at() and the others read it. docs/json.md and docs/documents.schema.json
 * describe the fields of each form.
 *
 * Strings: a returned `const char *` is UTF-8, NUL-terminated and valid as long as its object;
 * never free it. Strings that may contain NUL come with a length. Input strings are UTF-8,
 * paths excepted.
 *
 * NULL: for a NULL object or value, and for a missing value, a function returns NULL, 0 or
 * false; for a NULL argument that must not be NULL it returns a status. Neither crashes.
 *
 * Thread safety: objects are immutable, except passthru_input, passthru_request and
 * passthru_apply_options, which lock themselves. Any number of threads may use one object at
 * the same time; free it once, after the last use. The library has no global state except
 * tables that it reads once, has no thread-local state, and changes no signal handlers, no
 * allocator and no hooks. Interrupted system calls are retried. A bug in the library is caught
 * and becomes PASSTHRU_STATUS_INTERNAL; a line about it may appear on standard error.
 *
 * Misuse: use an object only until it is freed, and a value only until its document is freed.
 * Passing a freed object, or a pointer that is not an object of the library, is not detected
 * and is undefined behavior.
 *
 * Log: a call with a passthru_context logs to it; nothing else is logged.
 *
 * Writes: passthru_plan_apply(), passthru_resume(), passthru_keep() and passthru_undo() write
 * to the root of their options, and passthru_rom_dump() to the `rom` file of sysfs, which it
 * restores. Nothing else writes to a host.
 */

#ifndef PASSTHRU_H
#define PASSTHRU_H

/* Made from ffi/src by `cargo xtask header`: changes made here are lost. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The major version of the header.
 */
#define PASSTHRU_VERSION_MAJOR 0

/**
 * The minor version.
 */
#define PASSTHRU_VERSION_MINOR 1

/**
 * The patch version.
 */
#define PASSTHRU_VERSION_PATCH 0

/**
 * The version of the functions and types, from 1; it increases with each addition.
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
     * Success.
     */
    PASSTHRU_STATUS_OK = 0,
    /**
     * A bug in the library; please report it with the message of the error.
     */
    PASSTHRU_STATUS_INTERNAL = 1,
    /**
     * An argument is NULL and must not be, or a count is invalid.
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
     * A text is empty, binary, a damaged snapshot, or of an unknown kind.
     */
    PASSTHRU_STATUS_BAD_TEXT = 5,
    /**
     * A word matches no device, or more than one card.
     */
    PASSTHRU_STATUS_BAD_DEVICE = 6,
    /**
     * The target is unknown.
     */
    PASSTHRU_STATUS_UNKNOWN_TARGET = 7,
    /**
     * The request is invalid: it has no device or target, the target has no plans, or the name of
     * the guest is invalid.
     */
    PASSTHRU_STATUS_BAD_REQUEST = 8,
    /**
     * No plan can be made for this host, or the input does not show enough of it.
     */
    PASSTHRU_STATUS_NO_PLAN = 9,
    /**
     * The groups cannot be predicted: the configuration space of functions is not in the input.
     */
    PASSTHRU_STATUS_NO_PREDICTION = 10,
    /**
     * The host is not in the state that the plan needs; nothing was changed.
     */
    PASSTHRU_STATUS_REFUSED = 11,
    /**
     * Another passthru process works on the host.
     */
    PASSTHRU_STATUS_BUSY = 12,
    /**
     * A transaction is unfinished, or there is none.
     */
    PASSTHRU_STATUS_TRANSACTION = 13,
    /**
     * An operating system call failed.
     */
    PASSTHRU_STATUS_SYSTEM = 14,
    /**
     * A command of a plan failed.
     */
    PASSTHRU_STATUS_COMMAND = 15,
    /**
     * The requested fact is not in the input.
     */
    PASSTHRU_STATUS_NOT_SHOWN = 16,
    /**
     * There is no entry for the query.
     */
    PASSTHRU_STATUS_NO_ENTRY = 17,
    /**
     * The target has no such feature.
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
     * No value.
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
 * The level of a log line. New values may be added.
 */
enum passthru_log_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Recognition of an input.
     */
    PASSTHRU_LOG_LEVEL_INFO = 1,
    /**
     * A step that changes the host.
     */
    PASSTHRU_LOG_LEVEL_STEP = 2,
    /**
     * A failure after which the call continues.
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
 * The way to run the commands of a plan.
 */
enum passthru_command_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * On this machine: for a plan that is applied to `/`.
     */
    PASSTHRU_COMMAND_MODE_RUN = 1,
    /**
     * In the root, by chroot(8).
     */
    PASSTHRU_COMMAND_MODE_CHROOT = 2,
    /**
     * Not at all: they are listed in `left_to_user`.
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
     * At the reboot.
     */
    PASSTHRU_BINDING_TIME_AFTER_REBOOT = 1,
    /**
     * Now and at the reboot, if it is safe now: no display controller with a driver, no file
     * system, no interface that is up.
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
 * The format of findings. New values may be added.
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
     * JSON lines, one finding per line, as `passthru doctor --format jsonl` prints them.
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
 * Options for applying, checking and undoing plans. Free them with
 * `passthru_apply_options_free()`. Mutable from any thread.
 *
 * Locks itself; threads may share it.
 */
typedef struct passthru_apply_options passthru_apply_options;

/**
 * A receiver of the log of calls. Free it with `passthru_context_free()`.
 *
 * Threads may share it if its callback is thread-safe.
 */
typedef struct passthru_context passthru_context;

/**
 * The result of a call: a JSON document, as the command prints it with `--json`, or another
 * text, such as HTML, a script or the output of lspci. `passthru_document_value()` reads a
 * JSON document. Free it with `passthru_document_free()`; it does not depend on other objects.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_document passthru_document;

/**
 * The reason of a failed call. Free it with `passthru_error_free()`.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_error passthru_error;

/**
 * A host, as far as its input shows it. Free it with `passthru_host_free()`; its documents and
 * plans stay valid.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_host passthru_host;

/**
 * The files and texts of a host, added one by one by a program that reads them itself, on
 * another machine or in a sandbox. The library then reads no files. Free it with
 * `passthru_input_free()`. Mutable from any thread.
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
 * A plan to assign functions to a guest, or to release them: edits, commands, and a reboot
 * where needed. Free it with `passthru_plan_free()`; it does not depend on its host.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_plan passthru_plan;

/**
 * A request for a plan, with all options of `passthru plan`. Free it with
 * `passthru_request_free()`. Mutable from any thread.
 *
 * Locks itself; threads may share it.
 */
typedef struct passthru_request passthru_request;

/**
 * A parsed option ROM. Free it with `passthru_rom_free()`; its documents stay valid.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_rom passthru_rom;

/**
 * A value of a JSON document: null, a boolean, a number, a string, an array or an object. It
 * is valid as long as its document; never free it. For NULL all functions return NULL, 0 or
 * false, so that look-ups can be chained.
 *
 * Immutable; threads may share it.
 */
typedef struct passthru_value passthru_value;

/**
 * The callback for each line of the log, on the calling thread and before the call returns.
 * `level` is a `passthru_log_level`; `message` is UTF-8 without a line end and valid until the
 * callback returns.
 *
 * The callback must return and must not call longjmp(). A C++ exception that leaves it
 * terminates the program, since the host may be in the middle of a change; `passthru.hpp`
 * catches exceptions and rethrows them after the call. It must not free objects that the call
 * uses.
 */
typedef void (*passthru_log_callback)(void *user, uint32_t level, const char *message);

/**
 * A text of a host: the output of `lspci -nnk` or `dmesg`, a configuration file, a snapshot of
 * `passthru capture`. The library recognizes its kind.
 */
typedef struct passthru_text {
    /**
     * Its name in evidence, such as a file name. UTF-8.
     */
    const char *name;
    /**
     * The bytes; a NUL at the end is not needed. NULL only where `length` is 0.
     */
    const uint8_t *data;
    /**
     * The number of bytes.
     */
    size_t length;
} passthru_text;

/**
 * The header fields of a new image with an EFI driver. If all are zero, the IDs and the class
 * code are those of the first image of the ROM, and the driver is not compressed.
 */
typedef struct passthru_new_image {
    /**
     * The ID of the function as `vendor:device`, four hex digits each; NULL for that of the ROM.
     */
    const char *ids;
    /**
     * Further device IDs of the same vendor, in hex, separated by commas; NULL for none.
     */
    const char *device_list;
    /**
     * The class code, six hex digits; NULL for that of the ROM.
     */
    const char *class_code;
    /**
     * The vendor's revision of the code.
     */
    uint16_t revision;
    /**
     * Whether to compress the driver. A signature stays valid.
     */
    bool compress;
} passthru_new_image;

/**
 * A source of a new ROM: another ROM, or an EFI driver.
 */
typedef struct passthru_rom_source {
    /**
     * The bytes.
     */
    const uint8_t *data;
    /**
     * Their number.
     */
    size_t length;
} passthru_rom_source;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Parses an address in any notation of the command: `01:00.0`, `0000:01:00.0`,
 * `pci_0000_01_00_0`, `PCI 1:0.0`.
 *
 * @param text   the address
 * @param out    receives the address as one number: the domain from bit 16, the bus in bits 8
 *               to 15, the device in bits 3 to 7, the function in bits 0 to 2, so that numbers
 *               sort as addresses; set to 0 first
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
 * Formats an address as in documents: `0000:01:00.0`.
 *
 * @param address  the address, as `passthru_address_parse()` packs it
 * @param buffer   receives the text, NUL-terminated and truncated to `size`; NULL for its
 *                 length alone
 * @param size     the size of `buffer`
 * @return the length of the full text; 0 for an invalid address
 *
 * # Safety
 *
 * `buffer` is NULL or has `size` bytes that may be written.
 */
size_t passthru_address_format(uint64_t address, char *buffer, size_t size);

/**
 * Makes options without a root.
 *
 * @param out    receives the options; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
 * Sets the root of the host to change. There is no default.
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
 * Accepts a blocker or assumption of the plan: `display`, `disk`, `network`, `process`,
 * `kernel`, the code of a finding or the fact of an assumption, as the document of the plan
 * has it. May be called more than once.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `what` is NULL or ends with a NUL.
 */
passthru_status passthru_apply_options_accept(const struct passthru_apply_options *options,
                                              const char *what);

/**
 * Lets undo overwrite a file that was changed since the plan was applied; a copy stays beside
 * the journal. May be called more than once.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `path` is NULL or ends with a NUL.
 */
passthru_status passthru_apply_options_overwrite(const struct passthru_apply_options *options,
                                                 const char *path);

/**
 * Sets how the commands of the plan are run: a `passthru_command_mode`. By default they run if
 * the root is `/`, and are only listed otherwise.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed.
 */
passthru_status passthru_apply_options_set_commands(const struct passthru_apply_options *options,
                                                    uint32_t mode);

/**
 * Sets when functions are bound: a `passthru_binding_time`. By default the reboot binds them.
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed.
 */
passthru_status passthru_apply_options_set_binding(const struct passthru_apply_options *options,
                                                   uint32_t time);

/**
 * Undoes the plan the given time after the next boot, unless `passthru_keep()` or `passthru
 * keep` is called before.
 *
 * @param options  the options
 * @param seconds  from a minute to a day
 * @param program  the path of `passthru` on the host, for a systemd unit: `/usr/bin/passthru`
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_BAD_ARGUMENT` or `PASSTHRU_STATUS_NOT_UTF8`;
 * applying the plan reports invalid values
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `program` is NULL or ends with a NUL.
 */
passthru_status passthru_apply_options_set_confirmation(const struct passthru_apply_options *options,
                                                        uint32_t seconds,
                                                        const char *program);

/**
 * Returns the reasons against applying a plan: the form `passthru-apply-check/1`. Nothing is
 * written.
 *
 * @param plan     the plan
 * @param options  the root, and the accepted risks
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, also with reasons against it, or the status of the failure
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
 * Applies a plan, as `passthru apply` does: a journaled transaction that can be resumed or
 * undone after any interruption. Nothing is changed if there is a reason against it.
 *
 * @param plan     the plan
 * @param options  the root, and the accepted risks
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure; after `PASSTHRU_STATUS_COMMAND`
 * the transaction is open
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
 * Resumes an interrupted transaction.
 *
 * @param options  the root, and the accepted risks
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` if none is interrupted, or the
 * status of the failure
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
 * Undoes the newest transaction: every file is restored.
 *
 * @param options  the root, and the accepted risks
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` if there is none to undo, or the
 * status of the failure. Failed commands are in `failed`
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
 * Keeps a plan that was applied with `passthru_apply_options_set_confirmation()`: the form
 * `passthru-transaction/1`.
 *
 * @param options  the root
 * @param context  receives each step; NULL for no log
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` if no plan waits for it, or the
 * status of the failure
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
 * @param callback  called with each line of the log; NULL for no log
 * @param user      passed to the callback, not read by the library. If threads share a
 *                  context, the callback must be thread-safe
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
 * Returns the text, NUL-terminated and valid as long as the document. NULL for NULL.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
const char *passthru_document_text(const struct passthru_document *document);

/**
 * Returns the length of the text in bytes, without the NUL.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
size_t passthru_document_length(const struct passthru_document *document);

/**
 * Returns the object of a JSON document; docs/json.md and docs/documents.schema.json describe
 * its fields. It is valid as long as the document; the first call parses the text. NULL for
 * NULL, and for a text that is not JSON.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
const struct passthru_value *passthru_document_value(const struct passthru_document *document);

/**
 * Returns the exit status of the command that prints the document: 0 if nothing needs action,
 * else 1. For `passthru doctor` 1 means a finding with the verdict `blocker`, `fix`,
 * `security` or `impossible`; for others see `COMMAND --help`. 0 for NULL.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed.
 */
uint32_t passthru_document_exit_status(const struct passthru_document *document);

/**
 * Returns the bytes of a file that the command writes beside the document: the ROM after an
 * edit, or the extracted parts, in the order of `parts`, `roms` or `images`. Valid as long as
 * the document; NULL if there is none.
 *
 * @param document  the document
 * @param index     the number of the file, from 0
 * @param length    receives the number of bytes, or 0; may be NULL
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
 * Converts the configuration of a VM (Proxmox VE's `105.conf`, libvirt's XML, a QEMU script,
 * ESXi's `.vmx`, Xen's `xl.cfg`) to another format: the form `passthru-conversion/1`.
 *
 * @param text      the configuration; its name is the file name, which has the VM ID on
 *                  Proxmox VE. Not used after the call
 * @param target    `proxmox`, `libvirt`, `qemu` or another format of docs/targets.md
 * @param host      the host with its functions; NULL if unknown
 * @param mappings  Proxmox VE's resource mappings (`/etc/pve/mapping/pci.cfg`); NULL for
 *                  none
 * @param vm        the VM ID for Proxmox VE as target; NULL for that of the source
 * @param out       receives the document; set to NULL first
 * @param error     receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
 * Parses the output of `lspci` in any of its forms: the form `passthru-listing/1`. Every text
 * is accepted; damaged lines are in `damage`.
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
 * Returns the status of the failed call; `PASSTHRU_STATUS_OK` for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
passthru_status passthru_error_status(const struct passthru_error *error);

/**
 * Returns what was expected, what was found and where, mostly one line, without a full stop.
 * Valid as long as the error. NULL for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const char *passthru_error_message(const struct passthru_error *error);

/**
 * Returns the error as a document, the form `passthru-failure/1`: a stable word for the status
 * (`code`), the file, the line and the bytes concerned, and the next step (`help`). Valid as
 * long as the error; do not free it. NULL for NULL.
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
 * Reads the running host. Nothing is written, no device is woken and no program is run. Facts
 * that only root can read stay unknown for others.
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
 * Reads a host from a directory with its files: a mounted root, an unpacked archive, an
 * example. Links are followed only within the directory.
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
 * Reads a host from texts and snapshots. Facts that are not in the input stay unknown.
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
 * Returns the findings about the host, worst first: the form `passthru-findings/1`.
 *
 * @param host     the host
 * @param devices  words for the devices to pass through, as on the command line: an address
 *                 (`01:00.0`), a slot (`01:00`), an ID (`10de:2d04`) or a part of the name of
 *                 one card; NULL if `count` is 0
 * @param count    the number of words; 0 for the devices that the host's settings pass through
 * @param target   the hypervisor, `proxmox`, `libvirt`, `esxi` or another of docs/targets.md;
 *                 NULL for that of the input
 * @param format   a `passthru_format`
 * @param out      receives the document; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, also with findings, or the status of the failure
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
 * Returns whether each card of the host can be assigned, with its IOMMU group, reset methods
 * and host impact: the form `passthru-check/1`.
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
 * Returns one shell command that collects the facts that are not in the input: the form
 * `passthru-ask/1`.
 *
 * @param host     the host; NULL for the command that collects all deciding facts
 * @param devices  words for devices, as for `passthru_host_doctor()`
 * @param count    the number of words; 0 for the devices that the host's settings pass through
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
 * Returns the host, its candidates for passthrough, the applied plan and the findings, as
 * `passthru --json` prints them: the form `passthru-status/1`.
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
 * Returns the functions of the host, with IDs, names, driver, IOMMU group, BARs and reset
 * methods: the form `passthru-list/1`.
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
 * Returns the IOMMU groups of the host: members, viability, and host impact. The form
 * `passthru-groups/1`.
 *
 * With words for devices, it has only their groups, with the processes that have them open.
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
 * Predicts the IOMMU groups that Linux forms, from the configuration space of the host, and
 * the functions that share one with the devices: the form `passthru-predicted-groups/1`.
 *
 * @param host          the host
 * @param devices       words for devices, as for `passthru_host_doctor()`
 * @param count         the number of words
 * @param options       additional kernel options (`pcie_acs_override=downstream`), or hardware
 *                      changes (`card=PORT,like=SLOT`, `moved=SLOT,PORT`,
 *                      `port=ADDRESS,like=PORT`), as for `passthru groups --with`; NULL for
 *                      none
 * @param option_count  their number
 * @param kernel        the release of another kernel, or `pcie-acs-2025`; NULL for that of the
 *                      host
 * @param out           receives the document; set to NULL first
 * @param error         receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_NO_PREDICTION` or another status
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
 * Verifies a plan on a host that was read after the reboot: the form
 * `passthru-verification/1`.
 *
 * @param host   the host
 * @param plan   the plan; NULL for the newest applied plan of the host
 * @param out    receives the document; set to NULL first
 * @param error  receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`, also for failed checks, or the status of the failure
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
 * Returns the differences between two states of a host, worst first: the form
 * `passthru-diff/1`.
 *
 * @param old    the state before
 * @param newer  the state after
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
 * Returns the setup inside a guest with the devices: files, commands and manual steps. The
 * form `passthru-guest/1`.
 *
 * @param host          the host
 * @param devices       words for devices, as for `passthru_host_doctor()`
 * @param count         the number of words
 * @param system        `windows`, a distribution such as `debian`, or an initramfs program
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
 * Returns a snapshot of everything that the analysis reads, as `passthru capture` writes it,
 * with placeholders for serial numbers, MAC addresses and UUIDs. `passthru_host_open_texts()`
 * reads it. On the running host, suspended functions are woken.
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
 * Returns the host, its findings and a plan as one self-contained HTML page, as `passthru
 * report` writes it; identifying data is replaced.
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
 * Returns the output of lspci for the host. Suspended functions are woken only if their
 * registers are printed.
 *
 * @param host     the host
 * @param options  output options of lspci, separated by blanks: `-nnk -s 01:00.0`; of `-v`,
 *                 `-n`, `-k`, `-t`, `-m`, `-x`, `-b`, `-D`, `-P`, `-s` and `-d`. NULL for none
 * @param release  the release of pciutils to print like: `3.9`, `3.13` or `3.15`; NULL for the
 *                 newest
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
 * Returns the output of lspci for a dump by `lspci -x` and its longer forms.
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
 * Makes an empty input.
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
 * `/etc/default/grub`. Its parent directories are added, too.
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
 * @param target  the target, as readlink() returns it
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
 * Marks a file as absent on the host. A file that is neither added nor absent is unknown.
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
 * Adds a text: the output of a command, a snapshot of `passthru capture`. The library
 * recognizes its kind; `passthru_host_open_input()` reports its errors.
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
 * Selects one host where prompts in the texts name several: `pve` of `root@pve:~#`. Output
 * after the prompts of other hosts is ignored. `passthru_host_open_input()` fails if no prompt
 * names it.
 *
 * @param input    the input
 * @param host  the host as a prompt names it; NULL for all
 * @return as `passthru_input_add_file()`
 *
 * # Safety
 *
 * `input` is NULL or an input that was not freed; `host` is NULL or ends with a NUL.
 */
passthru_status passthru_input_set_host(const struct passthru_input *input, const char *host);

/**
 * Reads a host from an input. The input does not change and can be reused.
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
 * Reads a pci.ids text, such as `/usr/share/misc/pci.ids`. Functions that take names accept
 * NULL for those in the library.
 *
 * @param data    the text; not used after the call
 * @param length  its length in bytes
 * @param out     receives the names; set to NULL first
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
 * Returns names for an ID, or IDs for names, the best match first: the form `passthru-ids/1`.
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
 * Returns the vendor and device name as lspci prints them, with IDs for missing names: `NVIDIA
 * Corporation Device 2d05`.
 *
 * @param names   the names; NULL for those in the library
 * @param vendor  the vendor id
 * @param device  the device id
 * @param buffer  receives the name, NUL-terminated and truncated to `size`; NULL if `size` is
 *                0
 * @param size    the size in bytes
 * @return the length of the full name, without the NUL; 0 if there is none
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
 * Returns the plan as `passthru plan --json` prints it: edits, commands, checks, and the
 * blockers and assumptions for `passthru_apply_options_accept()`. Valid as long as the plan;
 * do not free it. NULL for NULL.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const struct passthru_document *passthru_plan_document(const struct passthru_plan *plan);

/**
 * Reads a plan from its JSON form, as `passthru plan -o` writes it. Since plans are applied as
 * root, the plan is validated.
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
 * Returns the edits as a unified diff for `patch -p1` and `git apply`, also while the plan has
 * blockers or assumptions: check its document first.
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
 * Returns the plan as a POSIX shell script that applies and undoes it. Fails if the plan has
 * blockers.
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
 * Returns the plan as an Ansible playbook. Fails if the plan has blockers.
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
 * Makes an empty request.
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
 * Sets the hypervisor: `proxmox`, `libvirt` and others of `passthru plan --help`. The default
 * is that of the input.
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
 * Adds a VM option, as for `passthru plan` without the dashes: `hide`, `hide=ID`,
 * `huge-pages=1G`, `looking-glass=2560x1440`, `user=NAME` after that, `rom=NAME`, `primary`,
 * `firmware=seabios`, `machine-type=q35`, `mmio-window`, `mmio-window=64G`; or `clean`, which removes
 * settings without effect beside the plan.
 *
 * @param request  the request
 * @param option   the option
 * @return as `passthru_request_add_device()`; `passthru_host_plan_request()` reports invalid
 * options
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
 * @param target   the hypervisor, as for `passthru_host_doctor()`
 * @param vm       the guest, by number or name as for `--vm` in docs/targets.md; NULL for a
 *                 plan that ends at the host
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
 * Plans the release of a card that is bound to vfio-pci to its host driver, as
 * `passthru release` does, also if another program bound it. Nothing is changed.
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
 * Patches the IDs of images; valid checksums stay valid.
 *
 * @param rom     the ROM; it does not change
 * @param ids     the ID as `vendor:device`, four hex digits each
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
 * Fixes the checksum of x86 images, in the vendor's checksum byte. The parameters are those of
 * `passthru_rom_patch_ids()`.
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
 * Sets the last-image indicator in the last of the images only. The parameters are those of
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
 * Removes images from the chain. The parameters are those of `passthru_rom_patch_ids()`.
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
 * Removes the bytes before the first image, and the bytes after the last as set by `tail`.
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
 * Appends an image with an EFI driver.
 *
 * @param rom     the ROM; it does not change
 * @param driver  the driver, an executable; not used after the call
 * @param length  its length in bytes
 * @param image   the header fields; NULL for those of the first image
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
 * Builds a ROM from the images of other ROMs and from EFI drivers, in their order. The
 * document has one change for each source.
 *
 * @param sources  ROMs and drivers; bytes that start with `MZ` or `VZ` are a driver; not used
 *                 after the call
 * @param count    their number
 * @param image    the header fields of new images; NULL for those of the first image of the
 *                 first ROM
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
 * Extracts images of a ROM, or the contents of EFI images: the form `passthru-rom-extract/1`,
 * with the parts as data, in order.
 *
 * @param rom     the ROM; it does not change
 * @param images  which images, as on the command line: `all`, `legacy`, `efi` or a number
 *                from 0; NULL for all
 * @param form    `image` for complete images, or for EFI images `stored` for their content,
 *                `driver` for the decompressed driver
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
 * Finds the option ROMs in a file, such as a firmware update: the form `passthru-rom-carve/1`,
 * with the ROMs as data, in order.
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
 * Finds the option ROMs in an ACPI table VFCT: the form `passthru-rom-vfct/1`, with the ROMs
 * as data, in order.
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
 * Makes an ACPI table with the ROM of a device for a guest (`_ROM`). The document is the ASL
 * source, its data the compiled table.
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
 * Parses an option ROM. Any bytes are accepted: `passthru_rom_verify()` reports defects.
 *
 * @param data    the bytes; not used after the call. NULL only if `length` is 0
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
 * Reads the ROM of a card through sysfs, as `passthru rom dump` does: the ROM is enabled, read
 * and disabled again, also after a failure. Nothing else is written. A copied tree needs no
 * switch.
 *
 * A copy that the firmware executed and changed is refused, since a guest cannot use it.
 *
 * @param root     `/` for the running host, or a directory with the `sys` of a host, in the
 *                 file system's encoding
 * @param address  the function, as `passthru_address_parse()` packs it
 * @param out      receives the ROM; set to NULL first
 * @param error    receives the error; may be NULL
 * @return `PASSTHRU_STATUS_OK`; `PASSTHRU_STATUS_BAD_DEVICE` if there is no such function,
 * `PASSTHRU_STATUS_REFUSED` if it has no readable ROM, `PASSTHRU_STATUS_SYSTEM` if reading
 * fails, with help
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
 * Returns the bytes of the ROM, as parsed or read from the card. Valid as long as the ROM.
 * NULL for NULL.
 *
 * @param rom     the ROM
 * @param length  receives the number of bytes, or 0; may be NULL
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
 * Returns the images of a ROM: the form `passthru-rom/1`.
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
 * Returns which consumers accept a ROM for a card and a guest, and the findings: the form
 * `passthru-rom-verify/1`.
 *
 * @param rom    the ROM
 * @param ids    the ID of the card as `vendor:device` or `vendor:device:subvendor:subdevice`,
 *               four hex digits each; NULL if unknown
 * @param guest  the firmware of the guest: `ovmf`, `seabios` or `both`; NULL if unknown
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
 * Returns the fields in which two ROMs differ: the form `passthru-rom-diff/1`.
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
 * Returns the output of Alex Williamson's rom-parser for a ROM, as `passthru rom info
 * --rom-parser` prints it.
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
 * Returns the type of the value; `PASSTHRU_TYPE_NONE` for NULL.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
passthru_type passthru_value_type(const struct passthru_value *value);

/**
 * Returns the member of an object with this name, or NULL. NULL for a value that is not an
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
 * Returns the value at a JSON pointer (RFC 6901) relative to this value:
 * `/findings/0/evidence/0/text`, or NULL.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `pointer` is NULL or ends
 * with a NUL.
 */
const struct passthru_value *passthru_value_at(const struct passthru_value *value,
                                               const char *pointer);

/**
 * Returns the number of elements of an array or members of an object; else 0.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
size_t passthru_value_length(const struct passthru_value *value);

/**
 * Returns the element of an array with this index, or the value of the member of an object.
 * NULL after the last, and for other values.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
const struct passthru_value *passthru_value_element(const struct passthru_value *value,
                                                    size_t index);

/**
 * Returns the name of the member of an object with this index. Valid as long as the document.
 * NULL after the last, and for a value that is not an object.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
const char *passthru_value_name(const struct passthru_value *value, size_t index);

/**
 * Returns the string, NUL-terminated; it may contain NUL. Valid as long as the document. NULL
 * for a value that is not a string.
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
 * Returns whether the value is true; false for a value that is not a boolean.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed.
 */
bool passthru_value_is_true(const struct passthru_value *value);

/**
 * Stores an integer of 0 to 2^64 - 1 in `out`; returns whether the value is one.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_unsigned(const struct passthru_value *value, uint64_t *out);

/**
 * Stores an integer of -2^63 to 2^63 - 1 in `out`; returns whether the value is one.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_integer(const struct passthru_value *value, int64_t *out);

/**
 * Stores any number in `out`, rounded to a double; returns whether the value is a number.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_number(const struct passthru_value *value, double *out);

/**
 * Stores the address of a string (`0000:01:00.0`) in `out`, packed as by
 * `passthru_address_parse()`; returns whether the value is an address.
 *
 * # Safety
 *
 * `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
 * written.
 */
bool passthru_value_address(const struct passthru_value *value, uint64_t *out);

/**
 * Returns the version of the running library: three numbers with dots. Do not free it.
 */
const char *passthru_version_string(void);

/**
 * Returns `PASSTHRU_API_VERSION` of the running library. A program that was built with a
 * larger one may miss functions.
 */
uint32_t passthru_api_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PASSTHRU_H */
