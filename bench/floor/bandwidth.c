/*
 * The floor of a search in bytes: the best rate, in GB/s, at which this machine's memory is
 * read (64 MiB) and a cached megabyte is searched by the C library's memchr.
 */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double rate(const char *bytes, size_t size, int rounds)
{
    double best = 1e300;

    for (int round = 0; round < rounds; round++) {
        double start = now();

        if (memchr(bytes, 1, size))
            exit(1);
        if (now() - start < best)
            best = now() - start;
    }
    return (double)size / best;
}

int main(void)
{
    size_t size = 64 << 20;
    char *bytes = malloc(size);

    if (!bytes)
        return 2;
    memset(bytes, 2, size);
    printf("%.2f %.2f\n", rate(bytes, size, 20), rate(bytes, 1 << 20, 200));
    return 0;
}
