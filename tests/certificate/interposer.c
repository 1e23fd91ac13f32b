/* Stop a process, or fill its disk, at an exact system call.
 *
 * Preloaded into a process, this library counts the calls that change what is below a folder, and what
 * the process says on its standard output. At the call asked for it kills the process with SIGKILL just
 * before the call is made, or from there on refuses every call that needs room. Unless CERTIFICATE_FOLDER
 * is set it does nothing.
 *
 *   CERTIFICATE_FOLDER  only calls on paths below this folder count
 *   CERTIFICATE_ONLY    only calls that match this pattern count: "<call> <path>", or "say <line>"
 *   CERTIFICATE_AT      the number of the call, from 1; 0 only counts
 *   CERTIFICATE_ACTION  kill, or full
 *   CERTIFICATE_TRACE   a file to which every call that counts is appended
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define LONGEST 4352

static atomic_long counted;
static atomic_int is_full;

/* Append a line to the trace, without the functions that are replaced below. */
static void trace(const char *line) {
    const char *file = getenv("CERTIFICATE_TRACE");
    if (!file || !*file) return;
    int opened = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT, 0644);
    if (opened < 0) return;
    char text[LONGEST + 1];
    int length = snprintf(text, sizeof text, "%s\n", line);
    syscall(SYS_write, opened, text, (size_t)(length < (int)sizeof text ? length : (int)sizeof text - 1));
    syscall(SYS_close, opened);
}

/* Count a call; return 1 if it must be refused. */
static int reached(const char *line, int needs_room) {
    const char *only = getenv("CERTIFICATE_ONLY");
    if (!only || !*only || fnmatch(only, line, 0) == 0) {
        long number = atomic_fetch_add(&counted, 1) + 1;
        const char *at = getenv("CERTIFICATE_AT");
        trace(line);
        if (at && number == atol(at)) {
            const char *action = getenv("CERTIFICATE_ACTION");
            if (action && strcmp(action, "full") == 0) atomic_store(&is_full, 1);
            else syscall(SYS_kill, getpid(), SIGKILL);
        }
    }
    if (atomic_load(&is_full) && needs_room) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

/* Write the absolute path of a name in a folder (AT_FDCWD: the working folder). */
static void absolute(int folder, const char *name, char *path) {
    char at[LONGEST / 2] = "", link[64];
    if (name[0] != '/') {
        snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, at, sizeof at - 1);
        at[length > 0 ? length : 0] = 0;
        snprintf(path, LONGEST, "%s/%.2000s", at, name);
    } else snprintf(path, LONGEST, "%.4000s", name);
}

static int on_name(const char *call, int folder, const char *name, int needs_room) {
    const char *below = getenv("CERTIFICATE_FOLDER");
    if (!below || !name) return 0;
    char path[LONGEST], line[LONGEST];
    absolute(folder, name, path);
    if (strncmp(path, below, strlen(below)) != 0) return 0;
    snprintf(line, sizeof line, "%s %.4000s", call, path + strlen(below));
    return reached(line, needs_room);
}

static int on_file(const char *call, int file, int needs_room) {
    const char *below = getenv("CERTIFICATE_FOLDER");
    if (!below) return 0;
    char link[64], path[LONGEST], line[LONGEST];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (strncmp(path, below, strlen(below)) != 0) return 0;
    snprintf(line, sizeof line, "%s %.4000s", call, path + strlen(below));
    return reached(line, needs_room);
}

static void on_said(const void *text, size_t size) {
    if (!getenv("CERTIFICATE_FOLDER")) return;
    char line[256];
    snprintf(line, sizeof line, "say %.*s", (int)(size < 240 ? size : 240), (const char *)text);
    line[strcspn(line, "\n")] = 0;
    reached(line, 0);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        if (flags & (O_CREAT | O_TRUNC) && on_name("open", AT_FDCWD, path, 1)) return -1; \
        return real(path, flags, mode); \
    }
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        if (flags & (O_CREAT | O_TRUNC) && on_name("open", folder, path, 1)) return -1; \
        return real(folder, path, flags, mode); \
    }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)

#define ON_FILE(type, name, needs_room, arguments, values) \
    type name arguments { \
        static type (*real) arguments; \
        if (!real) real = (type (*) arguments)dlsym(RTLD_NEXT, #name); \
        if (on_file(#name, file, needs_room)) return -1; \
        return real values; \
    }
ON_FILE(ssize_t, pwrite, 1, (int file, const void *text, size_t size, off_t at), (file, text, size, at))
ON_FILE(ssize_t, pwrite64, 1, (int file, const void *text, size_t size, off64_t at), (file, text, size, at))
ON_FILE(ssize_t, writev, 1, (int file, const struct iovec *parts, int count), (file, parts, count))
ON_FILE(int, fsync, 0, (int file), (file))
ON_FILE(int, fdatasync, 0, (int file), (file))
ON_FILE(int, fchmod, 0, (int file, mode_t mode), (file, mode))
ON_FILE(int, ftruncate, 0, (int file, off_t size), (file, size))
ON_FILE(int, ftruncate64, 0, (int file, off64_t size), (file, size))
ON_FILE(int, fallocate, 1, (int file, int mode, off_t at, off_t size), (file, mode, at, size))
ON_FILE(int, fallocate64, 1, (int file, int mode, off64_t at, off64_t size), (file, mode, at, size))
ON_FILE(ssize_t, sendfile, 1, (int file, int from, off_t *at, size_t size), (file, from, at, size))
ON_FILE(ssize_t, sendfile64, 1, (int file, int from, off64_t *at, size_t size), (file, from, at, size))

ssize_t write(int file, const void *text, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (file == STDOUT_FILENO) on_said(text, size);
    else if (on_file("write", file, 1)) return -1;
    return real(file, text, size);
}

#define ON_NAME(name, needs_room, folder, path, arguments, values) \
    int name arguments { \
        static int (*real) arguments; \
        if (!real) real = (int (*) arguments)dlsym(RTLD_NEXT, #name); \
        if (on_name(#name, folder, path, needs_room)) return -1; \
        return real values; \
    }
ON_NAME(rename, 0, AT_FDCWD, to, (const char *from, const char *to), (from, to))
ON_NAME(renameat, 0, there, to, (int here, const char *from, int there, const char *to), (here, from, there, to))
ON_NAME(unlink, 0, AT_FDCWD, path, (const char *path), (path))
ON_NAME(unlinkat, 0, folder, path, (int folder, const char *path, int flags), (folder, path, flags))
ON_NAME(rmdir, 0, AT_FDCWD, path, (const char *path), (path))
ON_NAME(mkdir, 1, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
ON_NAME(mkdirat, 1, folder, path, (int folder, const char *path, mode_t mode), (folder, path, mode))
ON_NAME(symlink, 1, AT_FDCWD, to, (const char *from, const char *to), (from, to))
ON_NAME(link, 1, AT_FDCWD, to, (const char *from, const char *to), (from, to))
ON_NAME(chmod, 0, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
