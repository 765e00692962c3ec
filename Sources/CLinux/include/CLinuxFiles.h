#ifndef CLINUX_FILES_H
#define CLINUX_FILES_H

/// A file that lives in memory only.
static inline int linux_memfd_create(const char *name, unsigned flags) {
    return (int)syscall(SYS_memfd_create, name, flags);
}

/// A pipe whose ends no new program gets.
static inline int linux_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

/// Forbids later changes of a memory file (`LINUX_SEAL_…`).
static inline int linux_add_seals(int fd, int seals) {
    return fcntl(fd, 1033 /* F_ADD_SEALS */, seals);
}

/// The fields asked for in `mask`, without following `path`'s last link when `flags` says so.
static inline int linux_statx(int directory, const char *path, int flags, unsigned mask, struct statx *result) {
    return (int)syscall(SYS_statx, directory, path, flags, mask, result);
}

/// Renames with a condition: `LINUX_RENAME_NOREPLACE` or `LINUX_RENAME_EXCHANGE`.
static inline int linux_renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
    return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
}

/// Copies within the kernel; offsets may be NULL for the files' own positions.
static inline ssize_t linux_copy_file_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count, unsigned flags) {
    return (ssize_t)syscall(SYS_copy_file_range, from, from_offset, to, to_offset, count, flags);
}

/// Opens `path` with rules about its resolution (`LINUX_RESOLVE_…`).
static inline int linux_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = flags;
    how.mode = mode;
    how.resolve = resolve;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/// Gives every open descriptor from `first` to `last` the treatment in `flags`; 0 closes them.
static inline int linux_close_range(unsigned first, unsigned last, unsigned flags) {
    return (int)syscall(SYS_close_range, first, last, flags);
}

/// Changes a file's space without changing what it says: `LINUX_FALLOC_…`.
static inline int linux_fallocate(int fd, int mode, int64_t offset, int64_t length) {
    return (int)syscall(SYS_fallocate, fd, mode, offset, length);
}

/// The extended attribute of what the descriptor names. A size of 0 asks for the length.
static inline ssize_t linux_fgetxattr(int fd, const char *name, void *value, size_t size) {
    return fgetxattr(fd, name, value, size);
}

/// The names of the extended attributes, each ended by NUL. A size of 0 asks for the length.
static inline ssize_t linux_flistxattr(int fd, char *list, size_t size) {
    return flistxattr(fd, list, size);
}

/// Sets an extended attribute; `flags` may ask for create or replace.
static inline int linux_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags) {
    return fsetxattr(fd, name, value, size, flags);
}

/// Removes an extended attribute.
static inline int linux_fremovexattr(int fd, const char *name) {
    return fremovexattr(fd, name);
}

/// As `linux_fgetxattr`, by path and without following the last link.
static inline ssize_t linux_lgetxattr(const char *path, const char *name, void *value, size_t size) {
    return lgetxattr(path, name, value, size);
}

/// As `linux_flistxattr`, by path and without following the last link.
static inline ssize_t linux_llistxattr(const char *path, char *list, size_t size) {
    return llistxattr(path, list, size);
}

/// As `linux_fsetxattr`, by path and without following the last link.
static inline int linux_lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags) {
    return lsetxattr(path, name, value, size, flags);
}

/// Random bytes from the kernel.
static inline ssize_t linux_getrandom(void *buffer, size_t count, unsigned flags) {
    return (ssize_t)syscall(SYS_getrandom, buffer, count, flags);
}

/// Sets a lock of one kind (F_WRLCK, F_UNLCK) on a part of a file; a length of 0 reaches to the end.
///
/// The lock belongs to the open file description: it goes along with duplicated and inherited descriptors and ends with the
/// last of them. Taking one that another description has fails with EAGAIN.
static inline int linux_set_lock(int fd, int kind, int64_t start, int64_t length) {
    struct flock part;
    memset(&part, 0, sizeof part);
    part.l_type = (short)kind;
    part.l_whence = SEEK_SET;
    part.l_start = start;
    part.l_len = length;
    return fcntl(fd, 37 /* F_OFD_SETLK */, &part);
}

/// Asks, without taking anything, whether another open file description has a lock on a part: 1 yes, 0 no, -1 error.
static inline int linux_is_locked(int fd, int64_t start, int64_t length) {
    struct flock part;
    memset(&part, 0, sizeof part);
    part.l_type = F_WRLCK;
    part.l_whence = SEEK_SET;
    part.l_start = start;
    part.l_len = length;
    if (fcntl(fd, 36 /* F_OFD_GETLK */, &part) != 0) {
        return -1;
    }
    return part.l_type != F_UNLCK;
}

/// Takes the write lock of the whole file; EAGAIN when another open file description has it.
static inline int linux_lock_file(int fd) {
    return linux_set_lock(fd, F_WRLCK, 0, 0);
}

/// Asks whether another open file description holds any lock on the file: 1 yes, 0 no, -1 error.
static inline int linux_file_is_locked(int fd) {
    return linux_is_locked(fd, 0, 0);
}

/// The number of a device node; makedev(3), which is a macro.
static inline dev_t linux_makedev(unsigned major, unsigned minor) {
    return makedev(major, minor);
}

/// Writes all of a file system to its disk; syncfs(2), which glibc shows only under _GNU_SOURCE.
int linux_syncfs(int fd);

/// Asks the kernel to begin with bringing a part of a file to the disk, so that a later fsync has little to wait for; sync_file_range(2). A hint:
/// whatever fails is told by fsync.
void linux_begin_writing_out(int fd, int64_t offset, int64_t count);

#endif
