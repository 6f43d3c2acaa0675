package dev.peregrine.process.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.process.posix.SpawnRequest.Leadership;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// The arguments of one `posix_spawn`, laid out in native memory. Belongs to one thread.
final class NativeSpawn implements AutoCloseable {
  // Larger than in any C library: glibc has 336, 80 and 128.
  private static final int ATTRIBUTES_SIZE = 512;
  private static final int ACTIONS_SIZE = 256;
  private static final int SIGNAL_SET_SIZE = 128;

  private static final int POSIX_SPAWN_SETPGROUP = 0x02;
  private static final int POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final int POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final int POSIX_SPAWN_SETSID = 0x80;
  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int TERMINAL = 250; // free in the child for a moment

  private static final MemorySegment SPAWN = Libc.function("posix_spawn");
  private static final MemorySegment ATTR_INIT = Libc.function("posix_spawnattr_init");
  private static final MemorySegment ATTR_DESTROY = Libc.function("posix_spawnattr_destroy");
  private static final MemorySegment SET_FLAGS = Libc.function("posix_spawnattr_setflags");
  private static final MemorySegment SET_MASK = Libc.function("posix_spawnattr_setsigmask");
  private static final MemorySegment SET_DEFAULT = Libc.function("posix_spawnattr_setsigdefault");
  private static final MemorySegment INIT = Libc.function("posix_spawn_file_actions_init");
  private static final MemorySegment DESTROY = Libc.function("posix_spawn_file_actions_destroy");
  private static final MemorySegment ADD_OPEN = Libc.function("posix_spawn_file_actions_addopen");
  private static final MemorySegment ADD_DUP2 = Libc.function("posix_spawn_file_actions_adddup2");
  private static final MemorySegment ADD_CLOSE = Libc.function("posix_spawn_file_actions_addclose");
  private static final Optional<MemorySegment> ADD_CHDIR =
      Libc.optionalFunction("posix_spawn_file_actions_addchdir_np");
  private static final Optional<MemorySegment> ADD_FOREGROUND =
      Libc.optionalFunction("posix_spawn_file_actions_addtcsetpgrp_np");
  private static final Optional<MemorySegment> ADD_CLOSE_FROM =
      Libc.optionalFunction("posix_spawn_file_actions_addclosefrom_np");

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 16);
  private final MemorySegment actions = arena.allocate(ACTIONS_SIZE, 16);
  private final MemorySegment pid = arena.allocate(Integer.BYTES, Integer.BYTES);
  private final MemorySegment[] programs;
  private final MemorySegment arguments;
  private final MemorySegment environment;

  NativeSpawn(SpawnRequest request) {
    programs =
        request.programs().stream()
            .map(program -> Libc.string(arena, program))
            .toArray(MemorySegment[]::new);
    arguments = Libc.strings(arena, request.arguments());
    environment = Libc.strings(arena, request.environment());
    setAttributes(request.leadership());
    setActions(request);
  }

  static boolean canCloseFrom() {
    return ADD_CLOSE_FROM.isPresent();
  }

  static boolean canSetForeground() {
    return ADD_FOREGROUND.isPresent();
  }

  static boolean canChangeDirectory() {
    return ADD_CHDIR.isPresent();
  }

  /// Starts one of the programs; 0 or an error number.
  int run(int program) {
    return Libc.call(
        SPAWN,
        pid.address(),
        programs[program].address(),
        actions.address(),
        attributes.address(),
        arguments.address(),
        environment.address());
  }

  int pid() {
    return Libc.view(pid).getInt(0);
  }

  private void setAttributes(Leadership leadership) {
    MemorySegment none = arena.allocate(SIGNAL_SET_SIZE, 8);
    // Filled by hand: sigfillset leaves out the two signals that the C library keeps for itself.
    MemorySegment all = arena.allocate(SIGNAL_SET_SIZE, 8).fill((byte) 0xff);
    int group =
        switch (leadership) {
          case NONE -> 0;
          case GROUP, FOREGROUND_GROUP -> POSIX_SPAWN_SETPGROUP;
          case SESSION, TERMINAL_SESSION -> POSIX_SPAWN_SETSID;
        };
    long address = attributes.address();
    succeed(Libc.call(ATTR_INIT, address));
    succeed(Libc.call(SET_FLAGS, address, group | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
    succeed(Libc.call(SET_MASK, address, none.address()));
    succeed(Libc.call(SET_DEFAULT, address, all.address()));
  }

  private void setActions(SpawnRequest request) {
    long address = actions.address();
    succeed(Libc.call(INIT, address));
    if (request.leadership() == Leadership.FOREGROUND_GROUP && ADD_FOREGROUND.isPresent()) {
      succeed(Libc.call(ADD_FOREGROUND.get(), address, 0));
    }
    if (request.leadership() == Leadership.TERMINAL_SESSION) {
      // The first terminal that a session leader opens is its own. Not to 0: that closes it first.
      open(TERMINAL, "/proc/self/fd/0", O_RDWR);
      succeed(Libc.call(ADD_CLOSE, address, TERMINAL));
    }
    for (int i = 0; i < request.streams().size(); i++) {
      redirect(i, request.streams().get(i));
    }
    pass(request.passed());
    if (ADD_CHDIR.isPresent()) {
      MemorySegment directory = Libc.string(arena, request.workingDirectory());
      succeed(Libc.call(ADD_CHDIR.get(), address, directory.address()));
    }
  }

  /// Not by a `switch` over the sealed type: its first use would cost the start of a container 15
  /// ms.
  private void redirect(int stream, Redirect redirect) {
    if (redirect instanceof Redirect.Null) {
      open(stream, "/dev/null", stream == 0 ? O_RDONLY : O_WRONLY);
    } else if (redirect instanceof Redirect.Descriptor(int number)) {
      succeed(Libc.call(ADD_DUP2, actions.address(), number, stream));
    }
  }

  private void open(int descriptor, String file, int flags) {
    MemorySegment path = Libc.string(arena, file.getBytes(US_ASCII));
    succeed(Libc.call(ADD_OPEN, actions.address(), descriptor, path.address(), flags, 0));
  }

  /// Descriptors that are passed on keep their places; all others above the standard ones go.
  private void pass(List<SpawnRequest.Passed> passed) {
    int end = 3;
    for (SpawnRequest.Passed one : passed) {
      succeed(Libc.call(ADD_DUP2, actions.address(), one.descriptor(), one.number()));
      end = Math.max(end, one.number() + 1);
    }
    for (int i = 3; i < end; i++) {
      int number = i;
      if (passed.stream().noneMatch(one -> one.number() == number)) {
        succeed(Libc.call(ADD_CLOSE, actions.address(), number));
      }
    }
    if (ADD_CLOSE_FROM.isPresent()) {
      succeed(Libc.call(ADD_CLOSE_FROM.get(), actions.address(), end));
    }
  }

  private static void succeed(int result) {
    if (result != 0) {
      throw new IllegalStateException("posix_spawn set-up: " + Errno.describe(Math.abs(result)));
    }
  }

  @Override
  public void close() {
    Libc.call(DESTROY, actions.address());
    Libc.call(ATTR_DESTROY, attributes.address());
    arena.close();
  }
}
