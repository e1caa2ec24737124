/* A disk that breaks or is full. While the file FAILING_ERROR says "sync 5" or "write 28", that call
 * fails with that error number for every file under FAILING_FOLDER. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fails(const char *call, int descriptor) {
    const char *folder = getenv("FAILING_FOLDER"), *told = getenv("FAILING_ERROR");
    char link[64], path[4096], wanted[16];
    int error = 0;
    if (!folder || !told) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return 0;
    FILE *file = fopen(told, "r");
    if (!file) return 0;
    int read = fscanf(file, "%15s %d", wanted, &error);
    fclose(file);
    if (read != 2 || strcmp(wanted, call)) return 0;
    errno = error;
    return 1;
}

int fsync(int descriptor) {
    return fails("sync", descriptor) ? -1 : (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
    return fails("sync", descriptor) ? -1 : (int)syscall(SYS_fdatasync, descriptor);
}

ssize_t write(int descriptor, const void *octets, size_t count) {
    return fails("write", descriptor) ? -1 : syscall(SYS_write, descriptor, octets, count);
}

ssize_t pwrite(int descriptor, const void *octets, size_t count, off_t at) {
    return fails("write", descriptor) ? -1 : syscall(SYS_pwrite64, descriptor, octets, count, at);
}

ssize_t pwrite64(int descriptor, const void *octets, size_t count, off_t at) {
    return fails("write", descriptor) ? -1 : syscall(SYS_pwrite64, descriptor, octets, count, at);
}
