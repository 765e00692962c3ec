#ifndef CLINUX_CONFINEMENT_H
#define CLINUX_CONFINEMENT_H

/// From now on this thread, and whatever it starts, makes, writes, moves and removes files below the folder only; landlock(7).
/// There is no way back. Fails with EOPNOTSUPP where the kernel cannot do that without forbidding hard links, too.
int linux_confine_writes(int folder);

#endif
