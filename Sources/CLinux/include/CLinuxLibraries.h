/// Libraries that are loaded when one of their functions is called first. For C only: nothing of it is seen by Swift but the function.
#ifndef CLINUX_LIBRARIES_H
#define CLINUX_LIBRARIES_H

#include <stdatomic.h>
#include <stddef.h>

/// A function of a library, which is loaded if it is not yet. The process ends with 127, as by the dynamic linker, when there is no such library or
/// function: `package` is told, the Debian package that has it.
void *linux_library_function(const char *library, const char *package, const char *name);

#ifndef __swift__

/// The function of that name in a library; looked up once for each place where it stands.
#define LINUX_LIBRARY_FUNCTION(library, package, name)                                            \
    ({                                                                                            \
        static _Atomic(void *) known;                                                             \
        void *found = atomic_load_explicit(&known, memory_order_acquire);                         \
        if (found == NULL) {                                                                      \
            found = linux_library_function(library, package, #name);                              \
            atomic_store_explicit(&known, found, memory_order_release);                           \
        }                                                                                         \
        (__typeof__(&name))found;                                                                 \
    })

// Define a function that hands over to the one of the same name that LIBRARY_FUNCTION(name) gives. By the count of its parameters: what it
// returns, its name, the types of its parameters.
#define HAND_OVER_0(R, name) \
    R name(void) { return LIBRARY_FUNCTION(name)(); }
#define HAND_OVER_1(R, name, A) \
    R name(A a) { return LIBRARY_FUNCTION(name)(a); }
#define HAND_OVER_2(R, name, A, B) \
    R name(A a, B b) { return LIBRARY_FUNCTION(name)(a, b); }
#define HAND_OVER_3(R, name, A, B, C) \
    R name(A a, B b, C c) { return LIBRARY_FUNCTION(name)(a, b, c); }
#define HAND_OVER_4(R, name, A, B, C, D) \
    R name(A a, B b, C c, D d) { return LIBRARY_FUNCTION(name)(a, b, c, d); }
#define HAND_OVER_5(R, name, A, B, C, D, E) \
    R name(A a, B b, C c, D d, E e) { return LIBRARY_FUNCTION(name)(a, b, c, d, e); }
#define HAND_OVER_6(R, name, A, B, C, D, E, F) \
    R name(A a, B b, C c, D d, E e, F f) { return LIBRARY_FUNCTION(name)(a, b, c, d, e, f); }
#define HAND_OVER_7(R, name, A, B, C, D, E, F, G) \
    R name(A a, B b, C c, D d, E e, F f, G g) { return LIBRARY_FUNCTION(name)(a, b, c, d, e, f, g); }

#endif
#endif
