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
 * Strings: a returned `const char *` is UTF-8 and lives as long as the object that
 * it was asked of; never free it. A NUL inside a string becomes U+2400, but in the
 * texts of edits, which come with their length. Strings that go in are UTF-8, but
 * for paths.
 *
 * NULL: a NULL object or an index beyond the end is answered with NULL or 0, and a
 * NULL argument that must not be with a status; neither is a crash.
 *
 * Thread safety: objects do not change once they were made, but for passthru_input,
 * passthru_request and passthru_apply_options, which lock themselves. Any number of
 * threads may use one object at the same time; free it once, when none does any more. The
 * library has no global state but tables that it reads once and never changes, keeps
 * nothing for a thread, and changes no signal handlers, no allocator and no hooks. A
 * signal that interrupts a system call is no error. A fault in the library is caught and
 * becomes PASSTHRU_STATUS_INTERNAL; a line about it may appear on standard error.
 *
 * Misuse: an object of another kind, and as a rule one that was freed, is answered like
 * NULL. That is a help for finding mistakes, not a promise.
 *
 * Log: a call that takes a passthru_context tells it what it does; nothing else is
 * logged.
 *
 * What writes to a host: passthru_plan_apply(), passthru_resume() and passthru_undo(),
 * to the root that their options name, and passthru_rom_dump() the kernel's switch of a
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
#define PASSTHRU_API_VERSION 3

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
    PASSTHRU_STATUS_NOT_KNOWN = 17,
    /**
     * The target cannot express the machine.
     */
    PASSTHRU_STATUS_NOT_EXPRESSIBLE = 18,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_status passthru_status;
#else
typedef uint32_t passthru_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How far a transaction is.
 */
enum passthru_state
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no transaction.
     */
    PASSTHRU_STATE_NONE = 0,
    /**
     * It was interrupted while it was carried out.
     */
    PASSTHRU_STATE_APPLYING = 1,
    /**
     * It was carried out.
     */
    PASSTHRU_STATE_APPLIED = 2,
    /**
     * It was interrupted while it was taken back.
     */
    PASSTHRU_STATE_UNDOING = 3,
    /**
     * It was taken back.
     */
    PASSTHRU_STATE_UNDONE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_state passthru_state;
#else
typedef uint32_t passthru_state;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a step did. New values may be added.
 */
enum passthru_step
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no such step.
     */
    PASSTHRU_STEP_NONE = 0,
    /**
     * The file is as the plan leaves it.
     */
    PASSTHRU_STEP_WROTE = 1,
    /**
     * The file is as it was.
     */
    PASSTHRU_STEP_RESTORED = 2,
    /**
     * The file was made by the plan and is gone again.
     */
    PASSTHRU_STEP_REMOVED = 3,
    /**
     * The command was run.
     */
    PASSTHRU_STEP_RAN = 4,
    /**
     * The command is left to a person: the tree is no running system.
     */
    PASSTHRU_STEP_LEFT = 5,
    /**
     * vfio-pci has the function now.
     */
    PASSTHRU_STEP_BOUND = 6,
    /**
     * The function was given back to the host.
     */
    PASSTHRU_STEP_RELEASED = 7,
    /**
     * The command failed, and the rest went on.
     */
    PASSTHRU_STEP_FAILED = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_step passthru_step;
#else
typedef uint32_t passthru_step;
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
 * Whether a group can go to a guest as it is. New values may be added.
 */
enum passthru_viability
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no such group.
     */
    PASSTHRU_VIABILITY_NONE = 0,
    /**
     * It can.
     */
    PASSTHRU_VIABILITY_VIABLE = 1,
    /**
     * A driver of the host has one of its functions.
     */
    PASSTHRU_VIABILITY_NOT_VIABLE = 2,
    /**
     * The input does not show enough.
     */
    PASSTHRU_VIABILITY_UNKNOWN = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_viability passthru_viability;
#else
typedef uint32_t passthru_viability;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a member of a group has to do with that. New values may be added.
 */
enum passthru_standing
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no such member.
     */
    PASSTHRU_STANDING_NONE = 0,
    /**
     * A driver for guests has it.
     */
    PASSTHRU_STANDING_READY = 1,
    /**
     * No driver has it, or one that does not count.
     */
    PASSTHRU_STANDING_HARMLESS = 2,
    /**
     * A driver of the host has it.
     */
    PASSTHRU_STANDING_BLOCKS = 3,
    /**
     * The input does not say.
     */
    PASSTHRU_STANDING_UNKNOWN = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_standing passthru_standing;
#else
typedef uint32_t passthru_standing;
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
 * How the effect of a command is taken back. New values may be added.
 */
enum passthru_undo_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is no such command.
     */
    PASSTHRU_UNDO_KIND_NONE = 0,
    /**
     * By the same command again, once the files are as they were.
     */
    PASSTHRU_UNDO_KIND_AGAIN = 1,
    /**
     * By another command, while the plan's files are still there.
     */
    PASSTHRU_UNDO_KIND_RUN = 2,
    /**
     * It changes files, which are kept before it runs and put back.
     */
    PASSTHRU_UNDO_KIND_RESTORE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_undo_kind passthru_undo_kind;
#else
typedef uint32_t passthru_undo_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Whether the groups of the input are the predicted ones. New values may be added.
 */
enum passthru_observation
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The input shows none, or something else was asked for than how the host boots.
     */
    PASSTHRU_OBSERVATION_NONE = 0,
    /**
     * They are.
     */
    PASSTHRU_OBSERVATION_SAME = 1,
    /**
     * They are not.
     */
    PASSTHRU_OBSERVATION_DIFFERS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_observation passthru_observation;
#else
typedef uint32_t passthru_observation;
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
 * Which groups are asked for, where the input leaves open whether some functions are
 * isolated. New values may be added.
 */
enum passthru_outcome
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The groups if those functions are isolated; the groups where nothing is open.
     */
    PASSTHRU_OUTCOME_ISOLATED = 1,
    /**
     * The groups if they are not; none where nothing is open.
     */
    PASSTHRU_OUTCOME_NOT_ISOLATED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_outcome passthru_outcome;
#else
typedef uint32_t passthru_outcome;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * In what way two functions are grouped otherwise than predicted. New values may be added.
 */
enum passthru_mismatch
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * They share a group, and need not.
     */
    PASSTHRU_MISMATCH_MERGED = 1,
    /**
     * They are apart, and should not be.
     */
    PASSTHRU_MISMATCH_APART = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_mismatch passthru_mismatch;
#else
typedef uint32_t passthru_mismatch;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The texts of a record. New values may be added.
 */
enum passthru_record_text
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Vendor and device name as one text.
     */
    PASSTHRU_RECORD_TEXT_NAME = 1,
    /**
     * The vendor's part of it, where the form keeps the two apart (`-mm`, `-vmm`).
     */
    PASSTHRU_RECORD_TEXT_VENDOR_NAME = 2,
    /**
     * The class's name.
     */
    PASSTHRU_RECORD_TEXT_CLASS_NAME = 3,
    /**
     * The name of the subsystem.
     */
    PASSTHRU_RECORD_TEXT_SUBSYSTEM_NAME = 4,
    /**
     * The driver that holds the function.
     */
    PASSTHRU_RECORD_TEXT_DRIVER = 5,
    /**
     * The slot that the platform numbers so.
     */
    PASSTHRU_RECORD_TEXT_PHYSICAL_SLOT = 6,
    /**
     * The firmware's label for the function (`DeviceName:`).
     */
    PASSTHRU_RECORD_TEXT_DEVICE_NAME = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum passthru_record_text passthru_record_text;
#else
typedef uint32_t passthru_record_text;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What speaks against carrying a plan out. Free it with `passthru_check_free()`.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_check passthru_check;

/**
 * What a plan is carried out, checked or taken back with. Free it with
 * `passthru_apply_options_free()`. Unlike other objects it changes, and may do so from any
 * thread.
 *
 * Threads may share it: it locks itself.
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
 * A machine's configuration for another hypervisor. Free it with
 * `passthru_conversion_free()`.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_conversion passthru_conversion;

/**
 * What changed between two looks at a host, worst first. Free it with
 * `passthru_diff_free()`; it does not need its hosts.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_diff passthru_diff;

/**
 * A text that a call made: JSON, HTML, a script, or what lspci prints. Free it with
 * `passthru_document_free()`; it needs nothing that it was made of.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_document passthru_document;

/**
 * Why a call failed. Free it with `passthru_error_free()`.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_error passthru_error;

/**
 * What something means, and where that is written. Free it with
 * `passthru_explanation_free()`.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_explanation passthru_explanation;

/**
 * The groups that a host shows. Free it with `passthru_groups_free()`; it does not need its
 * host.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_groups passthru_groups;

/**
 * A host, as far as its input shows it. Free it with `passthru_host_free()`;
 * reports and plans that were made of it live on.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_host passthru_host;

/**
 * What a host shows, collected piece by piece: for programs that read files by themselves,
 * on another machine or inside a sandbox. The library then reads nothing. Free it with
 * `passthru_input_free()`; unlike other objects it changes, and may do so from any thread.
 *
 * Threads may share it: it locks itself.
 */
typedef struct passthru_input passthru_input;

/**
 * What `lspci` printed, in any of its forms, as records. Free it with
 * `passthru_listing_free()`.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_listing passthru_listing;

/**
 * A pci.ids database. Free it with `passthru_names_free()`.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_names passthru_names;

/**
 * What is to be done to give functions to a guest: edits, then commands, then a
 * reboot where one is needed. Free it with `passthru_plan_free()`; it does not need
 * its host. Its strings live as long as it does.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_plan passthru_plan;

/**
 * What a plan is asked for: `passthru_host_plan()` with all that may be said, and what is
 * added later. Free it with `passthru_request_free()`. Unlike other objects it changes, and
 * may do so from any thread.
 *
 * Threads may share it: it locks itself.
 */
typedef struct passthru_request passthru_request;

/**
 * The groups that Linux would form. Free it with `passthru_prediction_free()`; it does
 * not need its host.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_prediction passthru_prediction;

/**
 * The findings of one look at a host, worst first. Free it with
 * `passthru_report_free()`; it does not need its host. Its strings live as long as
 * it does.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_report passthru_report;

/**
 * An option ROM, taken apart. Free it with `passthru_rom_free()`; reports that were
 * made of it live on.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_rom passthru_rom;

/**
 * The fields in which two option ROMs differ. Free it with
 * `passthru_rom_diff_free()`; it does not need its ROMs.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_rom_diff passthru_rom_diff;

/**
 * An option ROM after an edit, and what the edit changed. Free it with
 * `passthru_rom_edit_free()`; it does not need its ROM.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_rom_edit passthru_rom_edit;

/**
 * What was taken out of a file: the images of an option ROM or their drivers, or the
 * option ROMs in another file. Free it with `passthru_rom_parts_free()`; it does not
 * need what it was taken from.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_rom_parts passthru_rom_parts;

/**
 * Who takes an option ROM, and what was found, worst first. Free it with
 * `passthru_rom_report_free()`; it does not need its ROM.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_rom_report passthru_rom_report;

/**
 * An ACPI table whose method `_ROM` hands an option ROM to the driver of a device in
 * a guest. Free it with `passthru_rom_ssdt_free()`; it does not need its ROM.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_rom_ssdt passthru_rom_ssdt;

/**
 * What a transaction did in one call, step by step. Free it with
 * `passthru_transaction_free()`.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_transaction passthru_transaction;

/**
 * The checks of a plan, answered: of each function whether vfio-pci has it, then the
 * others. Free it with `passthru_verification_free()`; it needs neither host nor plan.
 *
 * Threads may share it: it does not change.
 */
typedef struct passthru_verification passthru_verification;

/**
 * Where a function is. The numbers are those of PCI: a device has 5 bits, a function 3.
 */
typedef struct passthru_address {
    /**
     * The domain, which PCI calls segment group.
     */
    uint32_t domain;
    /**
     * The bus.
     */
    uint8_t bus;
    /**
     * The device, 0 to 31.
     */
    uint8_t device;
    /**
     * The function, 0 to 7.
     */
    uint8_t function;
} passthru_address;

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
 * The ids of a function: configuration space 0x00 and 0x02; or of its card: 0x2c and 0x2e.
 */
typedef struct passthru_ids {
    /**
     * The vendor.
     */
    uint16_t vendor;
    /**
     * The device, or the subsystem.
     */
    uint16_t device;
} passthru_ids;

/**
 * A function of a host. What the input does not show is told apart from 0.
 */
typedef struct passthru_device_fields {
    /**
     * Where it is.
     */
    struct passthru_address address;
    /**
     * Its ids, where `has_ids`.
     */
    struct passthru_ids ids;
    /**
     * The card that it is on, where `has_card`.
     */
    struct passthru_ids card;
    /**
     * The class's 24 bits, where `has_class`; without the programming interface, where the
     * input does not show that.
     */
    uint32_t class_code;
    /**
     * Its IOMMU group, where `has_group`.
     */
    uint32_t group;
    /**
     * Whether the input shows its ids.
     */
    bool has_ids;
    /**
     * Whether the input shows the card.
     */
    bool has_card;
    /**
     * Whether the input shows the class.
     */
    bool has_class;
    /**
     * Whether the input shows its group.
     */
    bool has_group;
    /**
     * Whether the input shows who holds it: `passthru_host_device_driver()`.
     */
    bool driver_known;
} passthru_device_fields;

/**
 * A record of a listing. What the text does not show is told apart from 0.
 */
typedef struct passthru_record_fields {
    /**
     * Where the function is, where `has_address`: behind a bridge whose bus is not shown it
     * is not known. Domain 0, where the text has none.
     */
    struct passthru_address address;
    /**
     * Vendor and device id, where `has_ids`.
     */
    struct passthru_ids ids;
    /**
     * The card that it is on, where `has_card`.
     */
    struct passthru_ids card;
    /**
     * The class's 24 bits, where `has_class`; without the programming interface, where the
     * text does not show that.
     */
    uint32_t class_code;
    /**
     * Its IOMMU group, where `has_group`.
     */
    uint32_t group;
    /**
     * The NUMA node that it is nearest to, where `has_numa_node`.
     */
    uint32_t numa_node;
    /**
     * The number of its first line, from 1.
     */
    uint32_t line;
    /**
     * The revision; 0 where none is shown, as lspci does not print it when it is 0.
     */
    uint8_t revision;
    /**
     * Whether the text shows where it is.
     */
    bool has_address;
    /**
     * Whether the text has the domain.
     */
    bool has_domain;
    /**
     * Whether the text shows its ids.
     */
    bool has_ids;
    /**
     * Whether the text shows the card.
     */
    bool has_card;
    /**
     * Whether the text shows the class.
     */
    bool has_class;
    /**
     * Whether the text shows its group.
     */
    bool has_group;
    /**
     * Whether the text shows the node.
     */
    bool has_numa_node;
    /**
     * Whether the text names modules.
     */
    bool has_modules;
    /**
     * Whether its lines are complete, so that a record that names no driver has none.
     */
    bool is_whole;
} passthru_record_fields;

/**
 * Why one function shares the group of another.
 */
typedef struct passthru_reason_fields {
    /**
     * The one that joined.
     */
    struct passthru_address a;
    /**
     * The one whose group it joined.
     */
    struct passthru_address b;
    /**
     * Why, in words; they live as long as the prediction.
     */
    const char *reason;
} passthru_reason_fields;

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
 * Reads an address in any spelling: `01:00.0`, `0000:01:00.0`, `pci_0000_01_00_0`.
 *
 * @param text   the address
 * @param out    where it is put; set to zero first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_DEVICE`
 *
 * # Safety
 *
 * `text` is NULL or ends with a NUL; `out` is NULL or may be written; `error` is NULL or
 * points to a pointer that may be written.
 */
passthru_status passthru_address_parse(const char *text,
                                       struct passthru_address *out,
                                       struct passthru_error **error);

/**
 * Writes an address as `0000:01:00.0`.
 *
 * @param address  the address
 * @param buffer   where it is put, with a NUL after its end, cut where it does not fit; NULL
 *                 where `size` is 0
 * @param size     how many bytes there are
 * @return how many bytes the whole text has, without the NUL; 0 where the numbers are no
 *         address
 *
 * # Safety
 *
 * `buffer` is NULL or has `size` bytes that may be written.
 */
size_t passthru_address_format(struct passthru_address address, char *buffer, size_t size);

/**
 * Says what speaks against carrying a plan out. Nothing is written.
 *
 * @param plan     the plan
 * @param options  the root, and what is taken upon the caller
 * @param out      where the answer is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK` whatever speaks against it, or why it cannot be said
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed; `options` is NULL or options that were not
 * freed; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_plan_check(const struct passthru_plan *plan,
                                    const struct passthru_apply_options *options,
                                    struct passthru_check **out,
                                    struct passthru_error **error);

/**
 * How many things speak against it: 0 where the plan can be carried out, and for NULL.
 *
 * # Safety
 *
 * `check` is NULL or a check that was not freed.
 */
size_t passthru_check_refusal_count(const struct passthru_check *check);

/**
 * One of them in one sentence; NULL where there is none.
 *
 * # Safety
 *
 * `check` is NULL or a check that was not freed.
 */
const char *passthru_check_refusal(const struct passthru_check *check, size_t index);

/**
 * All of them as `passthru apply --dry-run --json` prints them. NULL for NULL.
 *
 * # Safety
 *
 * `check` is NULL or a check that was not freed.
 */
const char *passthru_check_to_json(const struct passthru_check *check);

/**
 * Frees a check. NULL is let pass.
 *
 * # Safety
 *
 * `check` is NULL or a check that was not freed; it is not used afterwards.
 */
void passthru_check_free(struct passthru_check *check);

/**
 * Makes options without a root.
 *
 * @param out    where the options are put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there are none
 *
 * # Safety
 *
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_apply_options_new(struct passthru_apply_options **out,
                                           struct passthru_error **error);

/**
 * Frees options. NULL is let pass.
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
 * Carries a plan out, as `passthru apply` does: a journalled transaction that is
 * finished or taken back whole, wherever it was interrupted. Nothing is changed where
 * something speaks against it.
 *
 * @param plan     the plan
 * @param options  the root, and what is taken upon the caller
 * @param context  who is told each step when it is taken; NULL for nobody
 * @param out      where the transaction is put; NULL is put there first
 * @param error    where the error is put, or NULL
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
                                    struct passthru_transaction **out,
                                    struct passthru_error **error);

/**
 * Finishes the transaction that was interrupted.
 *
 * @param options  the root, and what is taken upon the caller
 * @param context  who is told each step when it is taken; NULL for nobody
 * @param out      where the transaction is put; NULL is put there first
 * @param error    where the error is put, or NULL
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
                                struct passthru_transaction **out,
                                struct passthru_error **error);

/**
 * Takes the newest transaction back: each file is as it was before.
 *
 * @param options  the root, and what is taken upon the caller
 * @param context  who is told each step when it is taken; NULL for nobody
 * @param out      where the transaction is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, `PASSTHRU_STATUS_TRANSACTION` where there is none to
 * take back, or why it was not. Commands that failed are steps of the kind
 * `PASSTHRU_STEP_FAILED`
 *
 * # Safety
 *
 * `options` is NULL or options that were not freed; `context` is NULL or a context
 * that was not freed; `out` and `error` are each NULL or point to a pointer that may be
 * written.
 */
passthru_status passthru_undo(const struct passthru_apply_options *options,
                              const struct passthru_context *context,
                              struct passthru_transaction **out,
                              struct passthru_error **error);

/**
 * The transaction's number, from 1; 0 for NULL.
 *
 * # Safety
 *
 * `transaction` is NULL or a transaction that was not freed.
 */
uint32_t passthru_transaction_number(const struct passthru_transaction *transaction);

/**
 * How far it is; `PASSTHRU_STATE_NONE` for NULL.
 *
 * # Safety
 *
 * `transaction` is NULL or a transaction that was not freed.
 */
passthru_state passthru_transaction_state(const struct passthru_transaction *transaction);

/**
 * How many steps were taken in the call; 0 for NULL.
 *
 * # Safety
 *
 * `transaction` is NULL or a transaction that was not freed.
 */
size_t passthru_transaction_step_count(const struct passthru_transaction *transaction);

/**
 * What a step did; `PASSTHRU_STEP_NONE` where there is none.
 *
 * # Safety
 *
 * `transaction` is NULL or a transaction that was not freed.
 */
passthru_step passthru_transaction_step_kind(const struct passthru_transaction *transaction,
                                             size_t index);

/**
 * The step's file, command or function; of a command that failed how it did. NULL where
 * there is none.
 *
 * # Safety
 *
 * `transaction` is NULL or a transaction that was not freed.
 */
const char *passthru_transaction_step_text(const struct passthru_transaction *transaction,
                                           size_t index);

/**
 * The steps as `passthru apply --json` and `passthru undo --json` print them. NULL for
 * NULL.
 *
 * # Safety
 *
 * `transaction` is NULL or a transaction that was not freed.
 */
const char *passthru_transaction_to_json(const struct passthru_transaction *transaction);

/**
 * Frees a transaction. NULL is let pass.
 *
 * # Safety
 *
 * `transaction` is NULL or a transaction that was not freed; it is not used afterwards.
 */
void passthru_transaction_free(struct passthru_transaction *transaction);

/**
 * Makes a context.
 *
 * @param callback  what is called with each line of the log; NULL for nothing
 * @param user      what the callback gets; the library never looks at it. Where threads
 *                  share a context, the callback must be ready to be called from them
 * @param out       where the context is put; NULL is put there first
 * @param error     where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no context
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
 * Frees a context. NULL is let pass.
 *
 * # Safety
 *
 * `context` is NULL or a context that was not freed; it is not used afterwards.
 */
void passthru_context_free(struct passthru_context *context);

/**
 * Converts a machine's configuration: of Proxmox VE (`105.conf`), libvirt (XML), QEMU (a
 * script that starts it), ESXi (`.vmx`) or Xen (`xl.cfg`).
 *
 * @param text      the configuration; its name is that of its file, and numbers a machine
 *                  of Proxmox VE. Not used after the call
 * @param target    `proxmox`, `libvirt`, `qemu`, `esxi` or `xen`
 * @param host      the host whose functions it names; NULL where that is not known
 * @param mappings  Proxmox VE's resource mappings (`/etc/pve/mapping/pci.cfg`); NULL for none
 * @param vm        the machine's number on Proxmox VE, where that is the target; NULL for
 *                  that of the source
 * @param out       where the conversion is put; NULL is put there first
 * @param error     where the error is put, or NULL
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
                                 struct passthru_conversion **out,
                                 struct passthru_error **error);

/**
 * The conversion as `passthru convert --json` prints it, with why each line is there,
 * and what is to be run. NULL for NULL.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
const char *passthru_conversion_to_json(const struct passthru_conversion *conversion);

/**
 * How many files there are to write; 0 for NULL.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
size_t passthru_conversion_file_count(const struct passthru_conversion *conversion);

/**
 * Where a file belongs; NULL where there is none.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
const char *passthru_conversion_file_path(const struct passthru_conversion *conversion,
                                          size_t index);

/**
 * The file's text; NULL where there is none.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
const char *passthru_conversion_file_text(const struct passthru_conversion *conversion,
                                          size_t index);

/**
 * How many bytes the file's text has.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
size_t passthru_conversion_file_length(const struct passthru_conversion *conversion, size_t index);

/**
 * How many things have no counterpart; 0 for NULL.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
size_t passthru_conversion_lost_count(const struct passthru_conversion *conversion);

/**
 * What has no counterpart; NULL where there is none.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
const char *passthru_conversion_lost_what(const struct passthru_conversion *conversion,
                                          size_t index);

/**
 * Why, or what to do instead; NULL where there is none.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
const char *passthru_conversion_lost_reason(const struct passthru_conversion *conversion,
                                            size_t index);

/**
 * Its line in the text that was read, from 1; 0 where that is not known.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed.
 */
uint32_t passthru_conversion_lost_line(const struct passthru_conversion *conversion, size_t index);

/**
 * Frees a conversion. NULL is let pass.
 *
 * # Safety
 *
 * `conversion` is NULL or a conversion that was not freed; it is not used afterwards.
 */
void passthru_conversion_free(struct passthru_conversion *conversion);

/**
 * How many functions the host shows; 0 for NULL. They are counted by address.
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed.
 */
size_t passthru_host_device_count(const struct passthru_host *host);

/**
 * Tells of a function.
 *
 * @param host   the host
 * @param index  which, from 0
 * @param out    where it is put; unchanged where there is no such function. NULL to only ask
 *               whether there is
 * @return whether there is such a function
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `out` is NULL or may be written.
 */
bool passthru_host_device(const struct passthru_host *host,
                          size_t index,
                          struct passthru_device_fields *out);

/**
 * The name of a function, for people.
 *
 * @param host    the host
 * @param index   which function, from 0
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not fit;
 *                NULL where `size` is 0
 * @param size    how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is no function
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `buffer` is NULL or has `size` bytes that may
 * be written.
 */
size_t passthru_host_device_name(const struct passthru_host *host,
                                 size_t index,
                                 char *buffer,
                                 size_t size);

/**
 * The driver that holds a function.
 *
 * @param host    the host
 * @param index   which function, from 0
 * @param buffer  where the driver's name is put, as for `passthru_host_device_name()`
 * @param size    how many bytes there are
 * @return how many bytes the whole name has; 0 where no driver holds it, and where the input
 *         does not say: `driver_known` tells which
 *
 * # Safety
 *
 * As for `passthru_host_device_name()`.
 */
size_t passthru_host_device_driver(const struct passthru_host *host,
                                   size_t index,
                                   char *buffer,
                                   size_t size);

/**
 * The bridge that a function is behind.
 *
 * @param host     the host
 * @param address  the function
 * @param out      where the bridge's address is put; unchanged where there is none
 * @return whether there is one: not on a root bus, and not where the input does not
 * show it
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `out` is NULL or may be written.
 */
bool passthru_host_bridge_above(const struct passthru_host *host,
                                struct passthru_address address,
                                struct passthru_address *out);

/**
 * The bridge on the root bus that a function is behind.
 *
 * @param host     the host
 * @param address  the function
 * @param out      where the bridge's address is put; unchanged where there is none
 * @return whether there is one: not on a root bus, and not where the input does not
 * show it
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `out` is NULL or may be written.
 */
bool passthru_host_root_port(const struct passthru_host *host,
                             struct passthru_address address,
                             struct passthru_address *out);

/**
 * Says what changed from one look at a host to another.
 *
 * @param old    the older look
 * @param newer  the newer look
 * @param out    where the differences are put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no answer
 *
 * # Safety
 *
 * `old` and `newer` are each NULL or a host that was not freed; `out` and `error` are each
 * NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_differences(const struct passthru_host *old,
                                          const struct passthru_host *newer,
                                          struct passthru_diff **out,
                                          struct passthru_error **error);

/**
 * Whether something stands in the way now that did not before. The command `passthru
 * diff` then ends with status 1.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
bool passthru_diff_has_fault(const struct passthru_diff *diff);

/**
 * The differences as `passthru diff --json` prints them. NULL for NULL.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
const char *passthru_diff_to_json(const struct passthru_diff *diff);

/**
 * How many differences there are; 0 for NULL.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
size_t passthru_diff_count(const struct passthru_diff *diff);

/**
 * What a difference is about, a stable word: `device-moved`, `driver`, `iommu-group`.
 * NULL where there is none.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
const char *passthru_diff_kind(const struct passthru_diff *diff, size_t index);

/**
 * What it means for passthrough; `PASSTHRU_VERDICT_NONE` where there is none.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
passthru_verdict passthru_diff_verdict(const struct passthru_diff *diff, size_t index);

/**
 * The difference in one sentence; NULL where there is none.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
const char *passthru_diff_text(const struct passthru_diff *diff, size_t index);

/**
 * How it was; NULL for what was not there.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
const char *passthru_diff_before(const struct passthru_diff *diff, size_t index);

/**
 * How it is; NULL for what is gone.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
const char *passthru_diff_after(const struct passthru_diff *diff, size_t index);

/**
 * One of the functions that it is about, as it is addressed in the older look; NULL
 * where there is none.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed.
 */
const char *passthru_diff_device(const struct passthru_diff *diff, size_t index, size_t device);

/**
 * Frees differences. NULL is let pass.
 *
 * # Safety
 *
 * `diff` is NULL or a diff that was not freed; it is not used afterwards.
 */
void passthru_diff_free(struct passthru_diff *diff);

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
 * Frees a document. NULL is let pass.
 *
 * # Safety
 *
 * `document` is NULL or a document that was not freed; it is not used afterwards.
 */
void passthru_document_free(struct passthru_document *document);

/**
 * The status that the call returned; `PASSTHRU_STATUS_OK` for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
passthru_status passthru_error_status(const struct passthru_error *error);

/**
 * The stable word for the status: `bad-device`. It lives as long as the error. NULL for
 * NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const char *passthru_error_code(const struct passthru_error *error);

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
 * The file or text that the error is about; NULL where it is about none.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const char *passthru_error_file(const struct passthru_error *error);

/**
 * The line in that file, from 1; 0 where it is about no line.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
uint32_t passthru_error_line(const struct passthru_error *error);

/**
 * Where the bytes that are wrong start, from 0: in that line, or without a line in the
 * word that was given. `SIZE_MAX` where that is not known.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
size_t passthru_error_span_start(const struct passthru_error *error);

/**
 * Behind the last byte that is wrong; `SIZE_MAX` where that is not known.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
size_t passthru_error_span_end(const struct passthru_error *error);

/**
 * What could be given instead, or what to do; NULL where nothing is known.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const char *passthru_error_help(const struct passthru_error *error);

/**
 * All of that as JSON: the form `passthru-failure/1`. NULL for NULL.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed.
 */
const char *passthru_error_to_json(const struct passthru_error *error);

/**
 * Frees an error. NULL is let pass.
 *
 * # Safety
 *
 * `error` is NULL or an error that was not freed; it is not used afterwards.
 */
void passthru_error_free(struct passthru_error *error);

/**
 * Explains a finding's code (`vfio-ids-missing-function`), a setting as it is typed
 * (`amd_iommu=on`) or an error text (`group 1 is not viable`).
 *
 * @param what   the code, setting or text
 * @param out    where the explanation is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NOT_KNOWN`
 *
 * # Safety
 *
 * `what` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer
 * that may be written.
 */
passthru_status passthru_explain(const char *what,
                                 struct passthru_explanation **out,
                                 struct passthru_error **error);

/**
 * What it means, what it costs and what to do. NULL for NULL.
 *
 * # Safety
 *
 * `explanation` is NULL or an explanation that was not freed.
 */
const char *passthru_explanation_meaning(const struct passthru_explanation *explanation);

/**
 * Where that is written. NULL for NULL.
 *
 * # Safety
 *
 * `explanation` is NULL or an explanation that was not freed.
 */
const char *passthru_explanation_source(const struct passthru_explanation *explanation);

/**
 * The explanation as `passthru explain --json` prints it. NULL for NULL.
 *
 * # Safety
 *
 * `explanation` is NULL or an explanation that was not freed.
 */
const char *passthru_explanation_to_json(const struct passthru_explanation *explanation);

/**
 * Frees an explanation. NULL is let pass.
 *
 * # Safety
 *
 * `explanation` is NULL or an explanation that was not freed; it is not used afterwards.
 */
void passthru_explanation_free(struct passthru_explanation *explanation);

/**
 * The groups of a host. Their JSON form is `passthru_host_groups_json()`.
 *
 * @param host   the host
 * @param out    where the groups are put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there are none
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_groups(const struct passthru_host *host,
                                     struct passthru_groups **out,
                                     struct passthru_error **error);

/**
 * How many groups there are; 0 for NULL.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
size_t passthru_groups_count(const struct passthru_groups *groups);

/**
 * A group's number, as in sysfs; `UINT32_MAX` where there is none.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
uint32_t passthru_groups_number(const struct passthru_groups *groups, size_t index);

/**
 * Whether its members are all that it has for certain.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
bool passthru_groups_is_whole(const struct passthru_groups *groups, size_t index);

/**
 * Whether it can go to a guest as it is.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
passthru_viability passthru_groups_viability(const struct passthru_groups *groups, size_t index);

/**
 * How many members it has, bridges among them.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
size_t passthru_groups_member_count(const struct passthru_groups *groups, size_t index);

/**
 * A member's address; all zero where there is none.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
struct passthru_address passthru_groups_member_address(const struct passthru_groups *groups,
                                                       size_t index,
                                                       size_t member);

/**
 * What a member has to do with the group's viability.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
passthru_standing passthru_groups_member_standing(const struct passthru_groups *groups,
                                                  size_t index,
                                                  size_t member);

/**
 * The driver of the host because of which a member blocks; NULL where none does.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
const char *passthru_groups_member_driver(const struct passthru_groups *groups,
                                          size_t index,
                                          size_t member);

/**
 * How many things the host would lose with the group, as far as the input shows.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
size_t passthru_groups_loss_count(const struct passthru_groups *groups, size_t index);

/**
 * What it would lose: `file-system`, `network` or `boot-display`; NULL where there is
 * none.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
const char *passthru_groups_loss_kind(const struct passthru_groups *groups,
                                      size_t index,
                                      size_t loss);

/**
 * Where the file system is mounted, or the interface's name; NULL where there is none.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed.
 */
const char *passthru_groups_loss_name(const struct passthru_groups *groups,
                                      size_t index,
                                      size_t loss);

/**
 * Frees groups. NULL is let pass.
 *
 * # Safety
 *
 * `groups` is NULL or groups that were not freed; they are not used afterwards.
 */
void passthru_groups_free(struct passthru_groups *groups);

/**
 * What is done inside a guest that has the devices, as `passthru guest --json` prints it:
 * files, commands, and steps.
 *
 * @param host      the host
 * @param devices   words for the devices, as for `passthru_host_doctor()`
 * @param count     how many words there are
 * @param system    `windows`, a distribution such as `debian`, or what makes the initramfs
 * @param options   words of `passthru guest` without their dashes: `driver=570`, `open`,
 *                  `instance=PATH`, `looking-glass=2560x1440`; NULL for none
 * @param option_count  how many there are
 * @param out       where the document is put; NULL is put there first
 * @param error     where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` and `options` are each NULL or
 * point to as many strings as is said, each ending with a NUL; `system` is NULL or ends with
 * a NUL; `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_guest_work(const struct passthru_host *host,
                                         const char *const *devices,
                                         size_t count,
                                         const char *system,
                                         const char *const *options,
                                         size_t option_count,
                                         struct passthru_document **out,
                                         struct passthru_error **error);

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
 * The host, its candidates for passthrough, the plan that was applied and the findings
 * in one document: what `passthru --json` prints.
 *
 * @param host     the host
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
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
 * Whether a guest can have each card of the host, with its group, reset methods and cost
 * for the host: what `passthru check --json` prints.
 *
 * @param host     the host
 * @param devices  words for devices, as for `passthru_host_doctor()`
 * @param count    how many words there are; 0 for every card that could be assigned
 * @param target   as for `passthru_host_doctor()`
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings; each string is NULL or ends with a NUL; `out` and `error` are each NULL or point
 * to a pointer that may be written.
 */
passthru_status passthru_host_check(const struct passthru_host *host,
                                    const char *const *devices,
                                    size_t count,
                                    const char *target,
                                    struct passthru_document **out,
                                    struct passthru_error **error);

/**
 * One line for a shell that gathers the facts that the host's input lacks: what
 * `passthru ask --json` prints.
 *
 * @param host     the host
 * @param devices  words for devices, as for `passthru_host_doctor()`
 * @param count    how many words there are; 0 for what the host's own settings mean to pass through
 * @param target   as for `passthru_host_doctor()`
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings; each string is NULL or ends with a NUL; `out` and `error` are each NULL or point
 * to a pointer that may be written.
 */
passthru_status passthru_host_ask(const struct passthru_host *host,
                                  const char *const *devices,
                                  size_t count,
                                  const char *target,
                                  struct passthru_document **out,
                                  struct passthru_error **error);

/**
 * Some functions of the host, with what a reset of their bus takes along: what
 * `passthru list DEVICE --json` prints. All functions are `passthru_host_list_json()`.
 *
 * @param host     the host
 * @param devices  words for devices, as for `passthru_host_doctor()`
 * @param count    how many words there are; 0 for all functions
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
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
 * All that the analysis reads of the host, with stand-ins for serial numbers, MAC
 * addresses and their like: the snapshot that `passthru capture` writes, which
 * `passthru_host_open_texts()` reads. On the running host this wakes functions that
 * sleep.
 *
 * @param host     the host
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
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
 * @param count    how many words there are; 0 for a page without a plan
 * @param target   as for `passthru_host_plan()`
 * @param vm       as for `passthru_host_plan()`
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `devices` is NULL or points to `count`
 * strings; each string, `target` and `vm` are NULL or end with a NUL; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_host_page(const struct passthru_host *host,
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
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
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
 * @param length   how many bytes it has
 * @param options  as for `passthru_host_lspci()`
 * @param release  as for `passthru_host_lspci()`
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `options` and `release` are each NULL or end with
 * a NUL; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_dump_lspci(const uint8_t *data,
                                    size_t length,
                                    const char *options,
                                    const char *release,
                                    struct passthru_document **out,
                                    struct passthru_error **error);

/**
 * Makes an input without any piece.
 *
 * @param out    where the input is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_input_new(struct passthru_input **out, struct passthru_error **error);

/**
 * Frees an input. NULL is let pass.
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
 * @param length  how many there are
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
 * @param context  who is told what each text was taken for; NULL for nobody
 * @param out      where the host is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no host
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
 * How many lines were damaged and read all the same.
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed.
 */
size_t passthru_listing_damage_count(const struct passthru_listing *listing);

/**
 * The number of a damaged line, from 1; 0 where there is none.
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed.
 */
uint32_t passthru_listing_damage_line(const struct passthru_listing *listing, size_t index);

/**
 * What is wrong with it: `lost-line-breaks`, `cut-name`, `orphan-field`,
 * `rewritten` or `wrapped`;
 * others may be added. NULL where there is none.
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed.
 */
const char *passthru_listing_damage_kind(const struct passthru_listing *listing, size_t index);

/**
 * Reads what `lspci` printed. Any text gives a listing: what is no part of one is passed
 * over, and what was damaged is told by `passthru_listing_damage_line()`.
 *
 * @param data    the text, UTF-8; not used after the call. NULL only where `length` is 0
 * @param length  how many bytes it has
 * @param out     where the listing is put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NOT_UTF8`
 *
 * # Safety
 *
 * `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
 * pointer that may be written.
 */
passthru_status passthru_listing_parse(const uint8_t *data,
                                       size_t length,
                                       struct passthru_listing **out,
                                       struct passthru_error **error);

/**
 * How many records the listing has, one a function; 0 for NULL.
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed.
 */
size_t passthru_listing_count(const struct passthru_listing *listing);

/**
 * Frees a listing. NULL is let pass.
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed; it is not used afterwards.
 */
void passthru_listing_free(struct passthru_listing *listing);

/**
 * Tells of one record.
 *
 * @param listing  the listing
 * @param index    which record, from 0
 * @param out      where it is put; unchanged where there is none. NULL to only ask whether
 *                 there is
 * @return whether there is such a record
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed; `out` is NULL or may be written.
 */
bool passthru_listing_record(const struct passthru_listing *listing,
                             size_t index,
                             struct passthru_record_fields *out);

/**
 * A text of a record.
 *
 * @param listing  the listing
 * @param index    which record, from 0
 * @param text     a `passthru_record_text`
 * @return the text, which lives as long as the listing; NULL where it is not shown, where
 *         there is no such record, and for a number that is no text
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed.
 */
const char *passthru_listing_text(const struct passthru_listing *listing,
                                  size_t index,
                                  uint32_t text);

/**
 * How many modules say that they can drive the function.
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed.
 */
size_t passthru_listing_module_count(const struct passthru_listing *listing, size_t index);

/**
 * One of them, in the order of the text; NULL where there is none.
 *
 * # Safety
 *
 * `listing` is NULL or a listing that was not freed.
 */
const char *passthru_listing_module(const struct passthru_listing *listing,
                                    size_t index,
                                    size_t module);

/**
 * Reads a pci.ids text, such as `/usr/share/misc/pci.ids`. Where NULL is given for names,
 * those in the library are asked, which need not be read.
 *
 * @param data    the text; not used after the call
 * @param length  how many bytes it has
 * @param out     where the names are put; NULL is put there first
 * @param error   where the error is put, or NULL
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
 * Frees names. NULL is let pass.
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; they are not used afterwards.
 */
void passthru_names_free(struct passthru_names *names);

/**
 * The date of the database: `2026.10.24`.
 *
 * @param names   the names; NULL for those in the library
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not
 * fit; NULL where `size` is 0
 * @param size    how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_version(const struct passthru_names *names, char *buffer, size_t size);

/**
 * A vendor's name: `NVIDIA Corporation` for 0x10de.
 *
 * @param names   the names; NULL for those in the library
 * @param vendor  the vendor's id
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not
 * fit; NULL where `size` is 0
 * @param size    how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_vendor(const struct passthru_names *names,
                             uint16_t vendor,
                             char *buffer,
                             size_t size);

/**
 * A device's name: `GB206 [GeForce RTX 5060 Ti]`.
 *
 * @param names   the names; NULL for those in the library
 * @param ids     its ids
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not
 * fit; NULL where `size` is 0
 * @param size    how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_device(const struct passthru_names *names,
                             struct passthru_ids ids,
                             char *buffer,
                             size_t size);

/**
 * A vendor's and a device's name as lspci prints them, with the ids of what has no
 * name: `NVIDIA Corporation Device 2d05`.
 *
 * @param names   the names; NULL for those in the library
 * @param ids     the ids
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not
 * fit; NULL where `size` is 0
 * @param size    how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_device_text(const struct passthru_names *names,
                                  struct passthru_ids ids,
                                  char *buffer,
                                  size_t size);

/**
 * A card's name.
 *
 * @param names   the names; NULL for those in the library
 * @param ids     the function's ids
 * @param card    the card's ids
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not
 * fit; NULL where `size` is 0
 * @param size    how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_subsystem(const struct passthru_names *names,
                                struct passthru_ids ids,
                                struct passthru_ids card,
                                char *buffer,
                                size_t size);

/**
 * A class's name as lspci prints it: `VGA compatible controller` for 0x030000.
 *
 * @param names   the names; NULL for those in the library
 * @param class_code  the class's 24 bits: configuration space 0x09
 * @param buffer  where the name is put, with a NUL after its end, cut where it does not
 * fit; NULL where `size` is 0
 * @param size    how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_class(const struct passthru_names *names,
                            uint32_t class_code,
                            char *buffer,
                            size_t size);

/**
 * A programming interface's name: `NVM Express` for 0x010802.
 *
 * @param names       the names; NULL for those in the library
 * @param class_code  the class's 24 bits: configuration space 0x09
 * @param buffer      where the name is put, with a NUL after its end, cut where it does not
 *                    fit; NULL where `size` is 0
 * @param size        how many bytes there are
 * @return how many bytes the whole name has, without the NUL; 0 where there is none
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
 * may be written.
 */
size_t passthru_names_programming_interface(const struct passthru_names *names,
                                            uint32_t class_code,
                                            char *buffer,
                                            size_t size);

/**
 * Looks for devices whose names have all of some words, best first.
 *
 * @param names     the names; NULL for those in the library
 * @param words     the words, apart by blanks: `rtx 3060`
 * @param ids       where the ids are put; NULL where `capacity` is 0
 * @param capacity  how many have room there
 * @return how many there are, which may be more than `capacity`
 *
 * # Safety
 *
 * `names` is NULL or names that were not freed; `words` is NULL or ends with a NUL; `ids` is
 * NULL or has room for `capacity` ids.
 */
size_t passthru_names_search(const struct passthru_names *names,
                             const char *words,
                             struct passthru_ids *ids,
                             size_t capacity);

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
 * The word by which a person takes it upon themselves, for
 * `passthru_apply_options_accept()`: `display`, `disk`, `network` or `process` for what
 * the host would lose, else the code. NULL where there is no such blocker.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_blocker_accept(const struct passthru_plan *plan, size_t blocker);

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
 * How the effect of a command is taken back; `PASSTHRU_UNDO_KIND_NONE` where there is
 * no such command.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
passthru_undo_kind passthru_plan_command_undo(const struct passthru_plan *plan, size_t command);

/**
 * One word of what takes a command back: of the command that does, or of
 * `PASSTHRU_UNDO_KIND_RESTORE` one of the paths. NULL where there is none.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_command_undo_word(const struct passthru_plan *plan,
                                            size_t command,
                                            size_t word);

/**
 * The requirement that the check evaluates, as JSON: an object with a `kind`, `iommu-on` for
 * one, and the fields of that kind (docs/json.md). NULL where the host's files do not show
 * it, and where there is no such check.
 *
 * # Safety
 *
 * `plan` is NULL or a plan that was not freed.
 */
const char *passthru_plan_check_requirement(const struct passthru_plan *plan, size_t check);

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
 * Reads a plan back from its JSON form, as `passthru plan -o` writes it. A plan is carried
 * out as root, so what is read is held to what a plan can say.
 *
 * @param data    the JSON; not used after the call
 * @param length  how many bytes it has
 * @param out     where the plan is put; NULL is put there first
 * @param error   where the error is put, or NULL
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
 * The plan as a POSIX shell script that carries it out, and takes it back. A plan in
 * whose way something stands has none.
 *
 * @param plan     the plan
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
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
 * @param plan     the plan
 * @param out      where the text is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
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
 * Whether the groups that the input shows are the predicted ones.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
passthru_observation passthru_prediction_observation(const struct passthru_prediction *prediction);

/**
 * What explains that they differ: `acs-enabled-too-late`, `controls-as-captured`,
 * `acs-override`, `pch-workaround-failed`, `pcie-acs-2025` or `unknown`; NULL where they
 * do not.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
const char *passthru_prediction_cause(const struct passthru_prediction *prediction);

/**
 * How many pairs of functions are grouped otherwise than predicted.
 *
 * @param prediction  the prediction
 * @param mismatch    a `passthru_mismatch`
 * @return how many; 0 for a number that is no mismatch
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_mismatch_count(const struct passthru_prediction *prediction,
                                          uint32_t mismatch);

/**
 * One pair of functions that are grouped otherwise than predicted.
 *
 * @param prediction  the prediction
 * @param mismatch    a `passthru_mismatch`
 * @param index       which pair, from 0
 * @param a           where the one's address is put, or NULL; unchanged where there is none
 * @param b           where the other's is put, or NULL
 * @return whether there is such a pair
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `a` and `b` are each NULL or may
 * be written.
 */
bool passthru_prediction_mismatch(const struct passthru_prediction *prediction,
                                  uint32_t mismatch,
                                  size_t index,
                                  struct passthru_address *a,
                                  struct passthru_address *b);

/**
 * How many groups there are.
 *
 * @param prediction  the prediction
 * @param outcome     a `passthru_outcome`
 * @return how many; 0 for NULL, and for a number that is no outcome
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_group_count(const struct passthru_prediction *prediction,
                                       uint32_t outcome);

/**
 * A group's number, as it would be in sysfs; `UINT32_MAX` where there is no such group.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
uint32_t passthru_prediction_group_number(const struct passthru_prediction *prediction,
                                          uint32_t outcome,
                                          size_t group);

/**
 * How many members a group has, bridges among them.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_member_count(const struct passthru_prediction *prediction,
                                        uint32_t outcome,
                                        size_t group);

/**
 * One member of a group, by address.
 *
 * @param prediction  the prediction
 * @param outcome     a `passthru_outcome`
 * @param group       which group, from 0
 * @param member      which member, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a member
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_member(const struct passthru_prediction *prediction,
                                uint32_t outcome,
                                size_t group,
                                size_t member,
                                struct passthru_address *out);

/**
 * How many reasons hold a group together: one for each member but the first.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_reason_count(const struct passthru_prediction *prediction,
                                        uint32_t outcome,
                                        size_t group);

/**
 * Why a member of a group joined it.
 *
 * @param prediction  the prediction
 * @param outcome     a `passthru_outcome`
 * @param group       which group, from 0
 * @param reason      which reason, from 0
 * @param out         where it is put; unchanged where there is none
 * @return whether there is such a reason
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_reason(const struct passthru_prediction *prediction,
                                uint32_t outcome,
                                size_t group,
                                size_t reason,
                                struct passthru_reason_fields *out);

/**
 * How many functions are in no group.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_ungrouped_count(const struct passthru_prediction *prediction);

/**
 * One of the functions that are in no group.
 *
 * @param prediction  the prediction
 * @param index       which, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a function
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_ungrouped(const struct passthru_prediction *prediction,
                                   size_t index,
                                   struct passthru_address *out);

/**
 * Of how many functions the input leaves open whether they are isolated; 0 where it
 * decides the groups.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_undecided_count(const struct passthru_prediction *prediction);

/**
 * One of the functions of which that is open.
 *
 * @param prediction  the prediction
 * @param index       which, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a function
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_undecided(const struct passthru_prediction *prediction,
                                   size_t index,
                                   struct passthru_address *out);

/**
 * How many functions the changes of the hardware put elsewhere or add: `card=`, `moved=` and
 * `port=` of the options. 0 without such.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_changed_count(const struct passthru_prediction *prediction);

/**
 * One of these functions, by its address after the changes.
 *
 * @param prediction  the prediction
 * @param index       which, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a function
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_changed(const struct passthru_prediction *prediction,
                                 size_t index,
                                 struct passthru_address *out);

/**
 * Where one of these functions is without the changes.
 *
 * @param prediction  the prediction
 * @param index       which, from 0
 * @param out         where that address is put; unchanged where there is none
 * @return whether it is anywhere: not where the changes add it
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_changed_was(const struct passthru_prediction *prediction,
                                     size_t index,
                                     struct passthru_address *out);

/**
 * Predicts the groups that Linux forms of the host's functions, from their
 * configuration space. On the running host this wakes functions that sleep.
 *
 * @param host          the host
 * @param devices       words for devices, as for `passthru_host_doctor()`, of which is
 *                      told what shares a group with them, why, and what would part it
 * @param device_count  how many words there are; 0 for none
 * @param options       kernel options that are set in addition, as they are typed:
 *                      `pcie_acs_override=downstream`, and changes of the hardware:
 *                      `card=00:1c.4,like=01:00`; NULL where `option_count` is 0
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
 * By which rules it was made: `linux-6.1` for those of Linux 6.1 to 7.2, or
 * `pcie-acs-2025`. NULL for NULL.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
const char *passthru_prediction_rules(const struct passthru_prediction *prediction);

/**
 * Whether the input is known to show all functions: one that it leaves out may share a
 * group with others, or keep them from sharing one.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
bool passthru_prediction_shows_all_functions(const struct passthru_prediction *prediction);

/**
 * Whether the groups' numbers are sure, or only who shares a group.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
bool passthru_prediction_numbers_sure(const struct passthru_prediction *prediction);

/**
 * How many devices were asked for; 0 where none were.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_device_count(const struct passthru_prediction *prediction);

/**
 * One of the devices that were asked for.
 *
 * @param prediction  the prediction
 * @param index       which, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a device
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_device(const struct passthru_prediction *prediction,
                                size_t index,
                                struct passthru_address *out);

/**
 * How many functions share a group with the devices that were asked for; 0 where none
 * were.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_sharing_count(const struct passthru_prediction *prediction);

/**
 * One of these functions.
 *
 * @param prediction  the prediction
 * @param index       which, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a function
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_sharing(const struct passthru_prediction *prediction,
                                 size_t index,
                                 struct passthru_address *out);

/**
 * How many chains of reasons hold such a function there. Something of every chain must
 * change to part it.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_sharing_chain_count(const struct passthru_prediction *prediction,
                                               size_t index);

/**
 * How many reasons a chain has.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_sharing_reason_count(const struct passthru_prediction *prediction,
                                                size_t index,
                                                size_t chain);

/**
 * One reason of a chain.
 *
 * @param prediction  the prediction
 * @param index       which function, from 0
 * @param chain       which chain, from 0
 * @param reason      which reason, from 0
 * @param out         where it is put; unchanged where there is none
 * @return whether there is such a reason
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_sharing_reason(const struct passthru_prediction *prediction,
                                        size_t index,
                                        size_t chain,
                                        size_t reason,
                                        struct passthru_reason_fields *out);

/**
 * How many functions on these chains the ACS override does not change.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_sharing_not_overridden_count(const struct passthru_prediction *prediction,
                                                        size_t index);

/**
 * One of the functions that the ACS override does not change.
 *
 * @param prediction  the prediction
 * @param index       which function that shares a group, from 0
 * @param function    which of these, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a function
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_sharing_not_overridden(const struct passthru_prediction *prediction,
                                                size_t index,
                                                size_t function,
                                                struct passthru_address *out);

/**
 * How many changes would leave fewer functions that share a group with the devices that
 * were asked for. The gentlest comes first.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_change_count(const struct passthru_prediction *prediction);

/**
 * The kernel option that a change is, as it is typed; NULL where it is none.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
const char *passthru_prediction_change_option(const struct passthru_prediction *prediction,
                                              size_t index);

/**
 * The port behind which the card would go, where a change is that.
 *
 * @param prediction  the prediction
 * @param index       which change, from 0
 * @param out         where the port's address is put; unchanged where there is none
 * @return whether the change is one of place
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_change_move_below(const struct passthru_prediction *prediction,
                                           size_t index,
                                           struct passthru_address *out);

/**
 * How many functions would still share the group after a change.
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed.
 */
size_t passthru_prediction_change_left_count(const struct passthru_prediction *prediction,
                                             size_t index);

/**
 * One of the functions that would still share the group.
 *
 * @param prediction  the prediction
 * @param index       which change, from 0
 * @param function    which function, from 0
 * @param out         where its address is put; unchanged where there is none
 * @return whether there is such a function
 *
 * # Safety
 *
 * `prediction` is NULL or a prediction that was not freed; `out` is NULL or may be written.
 */
bool passthru_prediction_change_left(const struct passthru_prediction *prediction,
                                     size_t index,
                                     size_t function,
                                     struct passthru_address *out);

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
 * The findings as JSON, one a line, as `passthru doctor --format jsonl` prints them.
 *
 * @param report  the report
 * @param out     where the text is put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed; `out` and `error` are each NULL or point
 * to a pointer that may be written.
 */
passthru_status passthru_report_to_json_lines(const struct passthru_report *report,
                                              struct passthru_document **out,
                                              struct passthru_error **error);

/**
 * The findings as metrics for the textfile collector of Prometheus' node_exporter, as
 * `passthru doctor --format prometheus` prints them.
 *
 * @param report  the report
 * @param out     where the text is put; NULL is put there first
 * @param error   where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `report` is NULL or a report that was not freed; `out` and `error` are each NULL or point
 * to a pointer that may be written.
 */
passthru_status passthru_report_to_prometheus(const struct passthru_report *report,
                                              struct passthru_document **out,
                                              struct passthru_error **error);

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
 * Makes a request that says nothing yet.
 *
 * @param out    where the request is put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is none
 *
 * # Safety
 *
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_request_new(struct passthru_request **out, struct passthru_error **error);

/**
 * Frees a request. NULL is let pass.
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
 * @param wish     the wish
 * @return as `passthru_request_add_device()`; what cannot be is said by
 *         `passthru_host_plan_request()`
 *
 * # Safety
 *
 * `request` is NULL or a request that was not freed; `wish` is NULL or ends with a NUL.
 */
passthru_status passthru_request_add_wish(const struct passthru_request *request, const char *wish);

/**
 * Plans what a request asks for. Nothing is changed.
 *
 * @param host     the host
 * @param request  the request, which stays as it is
 * @param out      where the plan is put; NULL is put there first
 * @param error    where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK`, or why there is no plan
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
 * Reads a card's ROM by the kernel, as `passthru rom dump` does: the kernel's switch of the
 * ROM is set, the ROM read, and the switch taken back whatever comes between. That is all
 * that is written. In a copied tree there is nothing to switch.
 *
 * A copy that firmware ran and changed is refused, since it does not serve a guest.
 *
 * @param root     `/` for the running host, or a directory with a host's `sys`, in the file
 *                 system's encoding
 * @param address  the function whose ROM it is
 * @param out      where the ROM is put; NULL is put there first
 * @param error    where the error is put, or NULL
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
                                  struct passthru_address address,
                                  struct passthru_rom **out,
                                  struct passthru_error **error);

/**
 * The bytes of a ROM: of `passthru_rom_dump()` those to write to a file. They live as long
 * as the ROM. NULL for NULL.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed.
 */
const uint8_t *passthru_rom_data(const struct passthru_rom *rom);

/**
 * How many bytes `passthru_rom_data()` has; 0 for NULL.
 *
 * # Safety
 *
 * `rom` is NULL or a ROM that was not freed.
 */
size_t passthru_rom_length(const struct passthru_rom *rom);

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
 * Answers the checks of a plan on a host that was read after the reboot.
 *
 * @param host   the host
 * @param plan   the plan; NULL for the newest one that was applied to the host
 * @param out    where the answers are put; NULL is put there first
 * @param error  where the error is put, or NULL
 * @return `PASSTHRU_STATUS_OK` whatever the answers are, or why there are none
 *
 * # Safety
 *
 * `host` is NULL or a host that was not freed; `plan` is NULL or a plan that was not freed;
 * `out` and `error` are each NULL or point to a pointer that may be written.
 */
passthru_status passthru_host_verify(const struct passthru_host *host,
                                     const struct passthru_plan *plan,
                                     struct passthru_verification **out,
                                     struct passthru_error **error);

/**
 * Whether every function of the plan is shown to be on vfio-pci, and no check to fail.
 * The command `passthru verify` ends with status 1 where not.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed.
 */
bool passthru_verification_is_verified(const struct passthru_verification *verification);

/**
 * The number of the transaction that the plan is of; 0 where it is of none.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed.
 */
uint32_t passthru_verification_transaction(const struct passthru_verification *verification);

/**
 * The answers as `passthru verify --json` prints them. NULL for NULL.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed.
 */
const char *passthru_verification_to_json(const struct passthru_verification *verification);

/**
 * How many checks were answered; 0 for NULL.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed.
 */
size_t passthru_verification_answer_count(const struct passthru_verification *verification);

/**
 * `PASSTHRU_VERDICT_OK`, `PASSTHRU_VERDICT_BLOCKER` where the check does not hold, or
 * `PASSTHRU_VERDICT_UNKNOWN`; `PASSTHRU_VERDICT_NONE` where there is no such answer.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed.
 */
passthru_verdict passthru_verification_answer_verdict(const struct passthru_verification *verification,
                                                      size_t index);

/**
 * What is so, in one sentence; NULL where there is no such answer.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed.
 */
const char *passthru_verification_answer_text(const struct passthru_verification *verification,
                                              size_t index);

/**
 * One of the reasons why a check does not hold; NULL where there is none.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed.
 */
const char *passthru_verification_answer_reason(const struct passthru_verification *verification,
                                                size_t index,
                                                size_t reason);

/**
 * Frees a verification. NULL is let pass.
 *
 * # Safety
 *
 * `verification` is NULL or a verification that was not freed; it is not used afterwards.
 */
void passthru_verification_free(struct passthru_verification *verification);

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
