/*
 * How long a C program waits for the name of a device, and what else a call costs.
 *
 *     lookup [LOOKUPS [ROUNDS]]
 *
 * Prints the best of ROUNDS (20), in nanoseconds a call: of a function that does nothing
 * but answer, and of the name as lspci prints it.
 * `lookup.py` measures the lookup from Python, and runs this between its own rounds.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <passthru.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* The devices of a host that a program asks for again and again: vendor and device ID. */
static const uint16_t ids[][2] = {{0x10de, 0x2d04}, {0x10de, 0x22eb}, {0x8086, 0x1533},
                                  {0x1002, 0x744c}, {0x144d, 0xa80c}, {0x10ec, 0x8168},
                                  {0x1022, 0x1480}, {0x8086, 0x100e}};

enum { COUNT = sizeof ids / sizeof *ids };

static size_t version(size_t i)
{
    (void)i;
    return passthru_api_version();
}

static size_t device_text(size_t i)
{
    char name[128];

    const uint16_t *id = ids[i % COUNT];

    return passthru_names_device_text(NULL, id[0], id[1], name, sizeof name);
}

static void measure(const char *what, size_t (*call)(size_t), size_t count, size_t rounds)
{
    double best = 1e300;
    size_t sum = 0;

    for (size_t round = 0; round < rounds; round++) {
        double start = now();

        for (size_t i = 0; i < count; i++)
            sum += call(i);
        if (now() - start < best)
            best = now() - start;
    }
    /* Whoever looks at the sum keeps the compiler from leaving the calls out. */
    if (sum == 0)
        exit(1);
    printf("%-24s %8.1f ns\n", what, best / (double)count);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;

    measure("C: api_version", version, count, rounds);
    measure("C: device_text", device_text, count, rounds);
    return 0;
}
