package dev.peregrine.process.posix;

import dev.peregrine.process.posix.SpawnRequest.Privileges;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// What a thread about to spawn sets of itself. The raw system calls are used for the account:
/// those of the C library would change all threads of the process.
///
/// Everything is allocated and has been called once before the account changes. Methods give 0 or
/// an error number.
final class ThreadState implements AutoCloseable {
  private static final int CLONE_FS = 0x200;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int DEFAULT_UMASK = 027;

  private static final boolean IS_X86 = System.getProperty("os.arch").equals("amd64");
  private static final int SYS_SETGROUPS = IS_X86 ? 116 : 159;
  private static final int SYS_GETGROUPS = IS_X86 ? 115 : 158;
  private static final int SYS_SETRESUID = IS_X86 ? 117 : 147;
  private static final int SYS_GETRESUID = IS_X86 ? 118 : 148;
  private static final int SYS_SETRESGID = IS_X86 ? 119 : 149;
  private static final int SYS_GETRESGID = IS_X86 ? 120 : 150;

  private static final MemorySegment CHDIR = Libc.function("chdir");
  private static final MemorySegment PRCTL = Libc.function("prctl");
  private static final MemorySegment SYSCALL = Libc.function("syscall");
  private static final MemorySegment UMASK = Libc.function("umask");
  private static final MemorySegment UNSHARE = Libc.function("unshare");

  private final Arena arena = Arena.ofConfined();
  private final boolean isSwitching;
  private final boolean isForgoing;
  private final OptionalInt umask;
  private final int uid;
  private final int gid;
  private final int[] groups;
  private final int[] found;
  private final MemorySegment wanted;
  private final MemorySegment answer;
  private final MemorySegment directory;

  ThreadState(SpawnRequest request) {
    isSwitching = request.identity().isPresent();
    isForgoing =
        request.identity().map(SpawnRequest.Identity::privileges).orElse(Privileges.REGAINABLE)
            == Privileges.FORGONE;
    umask = request.umask();
    uid = request.identity().map(SpawnRequest.Identity::uid).orElse(0);
    gid = request.identity().map(SpawnRequest.Identity::gid).orElse(0);
    List<Integer> list = request.identity().map(SpawnRequest.Identity::groups).orElse(List.of());
    groups = list.stream().mapToInt(Integer::intValue).sorted().toArray();
    wanted = arena.allocate(ValueLayout.JAVA_INT, groups.length + 1L);
    MemorySegment.copy(groups, 0, wanted, ValueLayout.JAVA_INT, 0, groups.length);
    found = new int[groups.length + 3];
    answer = arena.allocate(ValueLayout.JAVA_INT, found.length);
    directory = Libc.string(arena, request.workingDirectory());
    if (isSwitching) {
      boolean _ = isSwitched();
    }
  }

  boolean isSwitching() {
    return isSwitching;
  }

  /// Gives the thread a umask and directory of its own, and sets the umask.
  int unshare() {
    int result = Libc.call(UNSHARE, CLONE_FS);
    if (result == 0 && (isSwitching || umask.isPresent())) {
      Libc.call(UMASK, umask.orElse(DEFAULT_UMASK));
    }
    return -result;
  }

  int changeDirectory() {
    return -Libc.call(CHDIR, directory.address());
  }

  int forgoPrivileges() {
    return isForgoing ? -Libc.call(PRCTL, PR_SET_NO_NEW_PRIVS, 1) : 0;
  }

  int setGroups() {
    return -(int) Libc.callLong(SYSCALL, SYS_SETGROUPS, groups.length, wanted.address());
  }

  int setGid() {
    return -(int) Libc.callLong(SYSCALL, SYS_SETRESGID, gid, gid, gid);
  }

  int setUid() {
    return -(int) Libc.callLong(SYSCALL, SYS_SETRESUID, uid, uid, uid);
  }

  /// Asks the kernel whether real, effective and saved ids and the groups are the wanted ones.
  boolean isSwitched() {
    boolean isUser = areAll(SYS_GETRESUID, uid);
    boolean isGroup = areAll(SYS_GETRESGID, gid);
    boolean isInGroups = hasGroups();
    return isUser && isGroup && isInGroups;
  }

  private boolean areAll(int call, int id) {
    long base = answer.address();
    boolean isAnswered = Libc.callLong(SYSCALL, call, base, base + 4, base + 8) == 0;
    return isAnswered
        && answer.getAtIndex(ValueLayout.JAVA_INT, 0) == id
        && answer.getAtIndex(ValueLayout.JAVA_INT, 1) == id
        && answer.getAtIndex(ValueLayout.JAVA_INT, 2) == id;
  }

  private boolean hasGroups() {
    int count = (int) Libc.callLong(SYSCALL, SYS_GETGROUPS, found.length, answer.address());
    for (int i = 0; i < count; i++) {
      found[i] = answer.getAtIndex(ValueLayout.JAVA_INT, i);
    }
    Arrays.sort(found, 0, Math.max(0, count));
    return count == groups.length && Arrays.equals(found, 0, count, groups, 0, groups.length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
