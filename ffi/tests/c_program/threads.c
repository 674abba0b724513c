/*
 * One host, one input, one request and the names in the library, used by many threads at
 * the same time; each thread with a log of its own. All must be answered alike.
 *
 *     threads SNAPSHOT
 *
 * Afterwards the process must be as it was: no signal has another handler, no thread
 * another mask, and neither the locale, the working directory, the umask nor the count of
 * open files has changed.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <passthru.h>

enum { THREADS = 8, ROUNDS = 3, SIGNALS = 65 };

/* The objects that the threads share, and the results of the first look. */
struct shared {
    const passthru_host *host;
    const passthru_input *input;
    passthru_request *request;
    const passthru_document *list;
    const char *report;
    char name[128];
    pthread_barrier_t start;
};

/* The messages of a thread's own log. */
struct log {
    pthread_t thread;
    size_t lines;
    size_t wrong;
    jmp_buf within;
};

static void on_message(void *user, uint32_t level, const char *message)
{
    struct log *log = user;

    /* A jump that stays in the callback is the program's own affair. */
    if (setjmp(log->within) == 0)
        longjmp(log->within, 1);
    if (!pthread_equal(pthread_self(), log->thread) || level == 0 || message[0] == 0)
        log->wrong++;
    log->lines++;
}

#define EXPECT(condition)                                                              \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(stderr, "threads.c:%d: expected %s\n", __LINE__, #condition);      \
            return "wrong";                                                            \
        }                                                                              \
    } while (0)

/* What one thread does, with the others at its side. NULL when all was as it must be. */
static void *work(void *argument)
{
    struct shared *shared = argument;
    struct log log = {0};
    passthru_context *context = NULL;

    log.thread = pthread_self();
    EXPECT(passthru_context_new(on_message, &log, &context, NULL) == PASSTHRU_STATUS_OK);
    pthread_barrier_wait(&shared->start);
    for (int round = 0; round < ROUNDS; round++) {
        passthru_document *report = NULL;
        passthru_document *list = NULL;
        passthru_host *own = NULL;
        passthru_error *error = NULL;
        passthru_plan *plan = NULL;
        const char *absent[] = {"7f:1f.7"};
        const passthru_value *value;
        char name[128];

        /* Read when it is first asked for: the same value for all. */
        value = passthru_document_value(shared->list);
        EXPECT(value != NULL && passthru_document_value(shared->list) == value);
        EXPECT(passthru_value_length(passthru_value_member(value, "devices")) > 0);
        EXPECT(passthru_host_doctor(shared->host, NULL, 0, NULL, PASSTHRU_FORMAT_JSON, &report,
                                    NULL)
               == PASSTHRU_STATUS_OK);
        EXPECT(strcmp(passthru_document_text(report), shared->report) == 0);
        passthru_document_free(report);
        passthru_names_device_text(NULL, 0x10de, 0x2d04, name, sizeof name);
        EXPECT(strcmp(name, shared->name) == 0);
        /* A host for each thread, from the shared input, with its own log. */
        EXPECT(passthru_host_open_input(shared->input, context, &own, NULL)
               == PASSTHRU_STATUS_OK);
        EXPECT(passthru_host_list(own, NULL, 0, &list, NULL) == PASSTHRU_STATUS_OK);
        EXPECT(strcmp(passthru_document_text(list), passthru_document_text(shared->list)) == 0);
        passthru_document_free(list);
        passthru_host_free(own);
        /* A request that all change and use; an error that is its own. */
        EXPECT(passthru_request_set_vm(shared->request, "100") == PASSTHRU_STATUS_OK);
        EXPECT(passthru_host_plan_request(shared->host, shared->request, &plan, NULL)
               == PASSTHRU_STATUS_OK);
        passthru_plan_free(plan);
        EXPECT(passthru_host_doctor(shared->host, absent, 1, NULL, PASSTHRU_FORMAT_JSON, &report,
                                    &error)
               == PASSTHRU_STATUS_BAD_DEVICE);
        EXPECT(strstr(passthru_error_message(error), "7f:1f.7") != NULL);
        passthru_error_free(error);
    }
    passthru_context_free(context);
    EXPECT(log.lines == ROUNDS && log.wrong == 0);
    return NULL;
}

/* What a library must leave as it is. */
struct process {
    struct sigaction actions[SIGNALS];
    sigset_t mask;
    char locale[64];
    char directory[4096];
    mode_t umask;
    size_t files;
};

static size_t open_files(void)
{
    DIR *directory = opendir("/proc/self/fd");
    size_t count = 0;

    while (directory != NULL && readdir(directory) != NULL)
        count++;
    if (directory != NULL)
        closedir(directory);
    return count;
}

static void look(struct process *process)
{
    memset(process, 0, sizeof *process);
    for (int number = 1; number < SIGNALS; number++)
        sigaction(number, NULL, &process->actions[number]);
    pthread_sigmask(SIG_SETMASK, NULL, &process->mask);
    snprintf(process->locale, sizeof process->locale, "%s", setlocale(LC_ALL, NULL));
    if (getcwd(process->directory, sizeof process->directory) == NULL)
        process->directory[0] = 0;
    process->umask = umask(0);
    umask(process->umask);
    process->files = open_files();
}

/* The first thing that differs; NULL where nothing does. */
static const char *changed(const struct process *before, const struct process *after)
{
    for (int number = 1; number < SIGNALS; number++)
        if (before->actions[number].sa_handler != after->actions[number].sa_handler
            || before->actions[number].sa_flags != after->actions[number].sa_flags)
            return "a signal's handler";
    for (int number = 1; number < SIGNALS; number++)
        if (sigismember(&before->mask, number) != sigismember(&after->mask, number))
            return "the signal mask";
    if (strcmp(before->locale, after->locale) != 0)
        return "the locale";
    if (strcmp(before->directory, after->directory) != 0)
        return "the working directory";
    if (before->umask != after->umask)
        return "the umask";
    return before->files == after->files ? NULL : "the count of open files";
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *data;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        return NULL;
    *length = (size_t)ftell(file);
    rewind(file);
    data = malloc(*length + 1);
    if (data != NULL)
        *length = fread(data, 1, *length, file);
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    static struct process before;
    static struct process after;
    struct shared shared = {0};
    pthread_t threads[THREADS];
    passthru_text text = {"host.json", NULL, 0};
    passthru_input *input = NULL;
    passthru_host *host = NULL;
    passthru_host *first = NULL;
    passthru_document *report = NULL;
    passthru_document *list = NULL;
    char *data = argc == 2 ? read_file(argv[1], &text.length) : NULL;
    int wrong = 0;
    const char *difference;

    if (data == NULL) {
        fputs("usage: threads SNAPSHOT\n", stderr);
        return 2;
    }
    look(&before);
    text.data = (const uint8_t *)data;
    if (passthru_input_new(&input, NULL) != PASSTHRU_STATUS_OK
        || passthru_input_add_text(input, &text) != PASSTHRU_STATUS_OK
        || passthru_host_open_input(input, NULL, &first, NULL) != PASSTHRU_STATUS_OK
        || passthru_host_open_input(input, NULL, &host, NULL) != PASSTHRU_STATUS_OK
        || passthru_host_doctor(first, NULL, 0, NULL, PASSTHRU_FORMAT_JSON, &report, NULL)
               != PASSTHRU_STATUS_OK
        || passthru_host_list(first, NULL, 0, &list, NULL) != PASSTHRU_STATUS_OK
        || passthru_request_new(&shared.request, NULL) != PASSTHRU_STATUS_OK
        || passthru_request_add_device(shared.request, "01:00") != PASSTHRU_STATUS_OK
        || passthru_request_set_target(shared.request, "proxmox") != PASSTHRU_STATUS_OK)
        return 2;
    /* Nothing was asked yet of the host that the threads share. */
    shared.host = host;
    shared.input = input;
    shared.list = list;
    shared.report = passthru_document_text(report);
    passthru_names_device_text(NULL, 0x10de, 0x2d04, shared.name, sizeof shared.name);
    pthread_barrier_init(&shared.start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, &shared) != 0)
            return 2;
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;

        pthread_join(threads[i], &result);
        wrong |= result != NULL;
    }
    pthread_barrier_destroy(&shared.start);
    passthru_request_free(shared.request);
    passthru_document_free(report);
    passthru_document_free(list);
    passthru_host_free(host);
    passthru_host_free(first);
    passthru_input_free(input);
    free(data);
    look(&after);
    difference = changed(&before, &after);
    if (difference != NULL)
        fprintf(stderr, "threads: changed: %s\n", difference);
    return wrong || difference != NULL;
}
