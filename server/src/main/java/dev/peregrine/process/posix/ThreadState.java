package dev.peregrine.process.posix;

import dev.peregrine.process.posix.SpawnRequest.Privileges;
import dev.peregrine.process.posix.SpawnResult.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
  private final int[] others;
  private final int[] found;
  private final MemorySegment wanted;
  private final MemorySegment answer;
  private final MemorySegment directory;
  private Step step = Step.NO_NEW_PRIVILEGES;

  ThreadState(SpawnRequest request) {
    isSwitching = request.identity().isPresent();
    isForgoing =
        request.identity().map(SpawnRequest.Identity::privileges).orElse(Privileges.REGAINABLE)
            == Privileges.FORGONE;
    umask = request.umask();
    uid = request.identity().map(SpawnRequest.Identity::uid).orElse(0);
    gid = request.identity().map(SpawnRequest.Identity::gid).orElse(0);
    List<Integer> list = request.identity().map(SpawnRequest.Identity::groups).orElse(List.of());
    groups = list.stream().mapToInt(Integer::intValue).toArray();
    others = Arrays.stream(groups).filter(group -> group != gid).sorted().toArray();
    wanted = arena.allocate((groups.length + 1L) * Integer.BYTES, Integer.BYTES);
    Libc.view(wanted).asIntBuffer().put(groups);
    found = new int[groups.length + 3];
    answer = arena.allocate((long) found.length * Integer.BYTES, Integer.BYTES);
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

  /// Changes the account, and asks the kernel whether it is changed. If not, [#step] names what
  /// went wrong.
  int switchAccount() {
    int errno = forgoPrivileges();
    if (errno == 0) {
      step = Step.SET_GROUPS;
      errno = setGroups();
    }
    if (errno == 0) {
      step = Step.SET_GID;
      errno = setGid();
    }
    if (errno == 0) {
      step = Step.SET_UID;
      errno = setUid();
    }
    if (errno == 0) {
      step = Step.VERIFY_IDENTITY;
      errno = isSwitched() ? 0 : Errno.EPERM;
    }
    return errno;
  }

  /// The step that [#switchAccount] has come to.
  Step step() {
    return step;
  }

  private int forgoPrivileges() {
    return isForgoing ? -Libc.call(PRCTL, PR_SET_NO_NEW_PRIVS, 1) : 0;
  }

  private int setGroups() {
    return -(int) Libc.callLong(SYSCALL, SYS_SETGROUPS, groups.length, wanted.address());
  }

  private int setGid() {
    return -(int) Libc.callLong(SYSCALL, SYS_SETRESGID, gid, gid, gid);
  }

  private int setUid() {
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
    return isAnswered && answer(0) == id && answer(1) == id && answer(2) == id;
  }

  private int answer(int index) {
    return Libc.view(answer).getInt(index * Integer.BYTES);
  }

  /// Whether the groups are the wanted ones; the primary one may be among them or not.
  private boolean hasGroups() {
    int count = (int) Libc.callLong(SYSCALL, SYS_GETGROUPS, found.length, answer.address());
    int size = 0;
    for (int i = 0; i < count; i++) {
      if (answer(i) != gid) {
        found[size++] = answer(i);
      }
    }
    Arrays.sort(found, 0, size);
    return count >= 0 && Arrays.equals(found, 0, size, others, 0, others.length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
