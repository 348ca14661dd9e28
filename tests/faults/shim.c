/* A disk that fails: loaded before libc, it makes one call on the files of a pattern go wrong.
 *
 * FAULT_CALL   the call: write pwrite sendfile fsync fdatasync ftruncate rename unlink mkdir open
 * FAULT_MATCH  part of the path that a call must be about
 * FAULT_NTH    which of these calls, from 1; 0 for none, so that they are only counted
 * FAULT_KIND   an errno as a number; "short" for half a write; "exit" for a power cut, which also
 *              drops what was written to these files since they were last flushed
 * FAULT_LASTS  "1": every such call after the nth fails as well
 * FAULT_COUNT  a file that is given each call and how often it was seen, at the end
 *
 * A dropped write: bytes are kept as they were before, and put back at the power cut. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

struct undo {
    int fd;
    dev_t dev;
    ino_t ino;
    off_t at, size;
    size_t was;
    char *bytes;
    struct undo *before;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *undone;
static const char *calls[] = {"write", "pwrite", "sendfile", "fsync", "fdatasync", "ftruncate",
                              "rename", "unlink", "mkdir", "open", NULL};
static long seen[sizeof calls / sizeof *calls];

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

static const char *setting(const char *name) {
    const char *found = getenv(name);
    return found ? found : "";
}

static int powered(void) { return strcmp(setting("FAULT_KIND"), "exit") == 0; }

static int about(const char *path) {
    const char *match = setting("FAULT_MATCH");
    return *match && strstr(path, match) != NULL;
}

static int about_fd(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    return about(path);
}

/* Put back what was never flushed, newest first, and be gone. */
static void cut(void) {
    for (struct undo *u = undone; u; u = u->before) {
        REAL("pwrite64", ssize_t (*)(int, const void *, size_t, off_t))(u->fd, u->bytes, u->was, u->at);
        REAL("ftruncate64", int (*)(int, off_t))(u->fd, u->size);
    }
    _exit(86);
}

/* The errno with which this call fails; 0 when it goes well, -1 for a short write. */
static int fault(const char *call) {
    int which = 0;
    while (strcmp(calls[which], call)) which++;
    pthread_mutex_lock(&lock);
    long now = ++seen[which], nth = strcmp(setting("FAULT_CALL"), call) ? 0 : atol(setting("FAULT_NTH"));
    int hit = nth && (now == nth || (now > nth && *setting("FAULT_LASTS") == '1'));
    if (hit && powered()) cut();
    pthread_mutex_unlock(&lock);
    if (!hit) return 0;
    return strcmp(setting("FAULT_KIND"), "short") == 0 ? -1 : atoi(setting("FAULT_KIND"));
}

static void remember(int fd, size_t count, off_t at) {
    struct stat now;
    if (!powered() || fstat(fd, &now)) return;
    struct undo *u = calloc(1, sizeof *u);
    int other = fcntl(fd, F_DUPFD_CLOEXEC, 200);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    *u = (struct undo){other, now.st_dev, now.st_ino, at, now.st_size, 0, malloc(count + 1), NULL};
    int reading = REAL("open64", int (*)(const char *, int, ...))(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = reading < 0 ? 0 : pread(reading, u->bytes, count, at);
    if (reading >= 0) close(reading);
    u->was = n > 0 ? (size_t)n : 0;
    pthread_mutex_lock(&lock);
    u->before = undone;
    undone = u;
    pthread_mutex_unlock(&lock);
}

static void flushed(int fd) {
    struct stat now;
    if (!powered() || fstat(fd, &now)) return;
    pthread_mutex_lock(&lock);
    for (struct undo **at = &undone; *at;) {
        struct undo *u = *at;
        if (u->dev == now.st_dev && u->ino == now.st_ino) {
            *at = u->before;
            close(u->fd);
            free(u->bytes);
            free(u);
        } else at = &u->before;
    }
    pthread_mutex_unlock(&lock);
}

static ssize_t put(const char *call, int fd, const void *from, size_t count, off_t at, int placed) {
    int wrong = about_fd(fd) ? fault(call) : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    if (wrong < 0 && count > 1) count /= 2;
    if (about_fd(fd)) remember(fd, count, placed ? at : lseek(fd, 0, SEEK_CUR));
    if (placed) return REAL("pwrite64", ssize_t (*)(int, const void *, size_t, off_t))(fd, from, count, at);
    return REAL("write", ssize_t (*)(int, const void *, size_t))(fd, from, count);
}

ssize_t write(int fd, const void *from, size_t count) { return put("write", fd, from, count, 0, 0); }
ssize_t pwrite(int fd, const void *f, size_t n, off_t at) { return put("pwrite", fd, f, n, at, 1); }
ssize_t pwrite64(int fd, const void *f, size_t n, off_t at) { return put("pwrite", fd, f, n, at, 1); }

/* Copies between files within the kernel; taken back as a write is. */
ssize_t sendfile64(int to, int from, off_t *at, size_t count) {
    int wrong = about_fd(to) ? fault("sendfile") : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    if (count > 1 << 24) count = 1 << 24;
    if (about_fd(to)) remember(to, count, lseek(to, 0, SEEK_CUR));
    return REAL("sendfile64", ssize_t (*)(int, int, off_t *, size_t))(to, from, at, count);
}
ssize_t sendfile(int to, int from, off_t *at, size_t count) { return sendfile64(to, from, at, count); }

static int sync_of(const char *call, int fd) {
    int wrong = about_fd(fd) ? fault(call) : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    int done = REAL(call, int (*)(int))(fd);
    if (!done) flushed(fd);
    return done;
}

int fsync(int fd) { return sync_of("fsync", fd); }
int fdatasync(int fd) { return sync_of("fdatasync", fd); }

int ftruncate64(int fd, off_t size) {
    int wrong = about_fd(fd) ? fault("ftruncate") : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    return REAL("ftruncate64", int (*)(int, off_t))(fd, size);
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int rename(const char *from, const char *to) {
    int wrong = about(to) ? fault("rename") : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    return REAL("rename", int (*)(const char *, const char *))(from, to);
}

int unlink(const char *path) {
    int wrong = about(path) ? fault("unlink") : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    return REAL("unlink", int (*)(const char *))(path);
}

int mkdir(const char *path, mode_t mode) {
    int wrong = about(path) ? fault("mkdir") : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    return REAL("mkdir", int (*)(const char *, mode_t))(path, mode);
}

static int opened(const char *path, int flags, mode_t mode) {
    int wrong = about(path) ? fault("open") : 0;
    if (wrong > 0) { errno = wrong; return -1; }
    return REAL("open64", int (*)(const char *, int, ...))(path, flags, mode);
}
int open(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more);
    return opened(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more);
    return opened(path, flags, mode);
}

__attribute__((destructor)) void told(void) {
    const char *path = setting("FAULT_COUNT");
    FILE *file = *path ? fopen(path, "w") : NULL;
    for (int i = 0; file && calls[i]; i++) fprintf(file, "%s %ld\n", calls[i], seen[i]);
    if (file) fclose(file);
}
