/*
 * The floor of a list of functions: the system calls without which it has no facts, and
 * nothing else. Of each function uevent is read, and the link to its IOMMU group.
 *
 *     functions [ROOT]
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char path[4096], text[4096];
    size_t sum = 0;
    struct dirent *entry;
    DIR *all;

    snprintf(path, sizeof path, "%s/sys/bus/pci/devices", argc > 1 ? argv[1] : "");
    all = opendir(path);
    if (!all)
        return 2;
    while ((entry = readdir(all))) {
        ssize_t got;
        int file;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/uevent", entry->d_name);
        file = openat(dirfd(all), path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
            continue;
        got = read(file, text, sizeof text);
        close(file);
        sum += got > 0 ? (size_t)got : 0;
        snprintf(path, sizeof path, "%s/iommu_group", entry->d_name);
        got = readlinkat(dirfd(all), path, text, sizeof text);
        sum += got > 0 ? (size_t)got : 0;
    }
    printf("%zu\n", sum);
    return 0;
}
