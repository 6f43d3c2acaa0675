package dev.peregrine.process.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Keeps signals of faults that somebody *sends* (`kill -SEGV 1`) from ending the virtual machine.
///
/// The machine needs `SEGV`, `BUS`, `FPE` and `ILL` for itself, so they cannot be blocked, and
/// takes one that was sent for a fault of its own. A few instructions in front of its handler look
/// where the signal comes from: the kernel's own have a positive `si_code` and are handed on, all
/// others are dropped. The kernel protects an ordinary process 1 in the same way.
public final class FaultGuard {
  private static final int[] SIGNALS = {4, 7, 8, 11}; // ILL, BUS, FPE, SEGV
  private static final int SIGACTION_SIZE = 152;
  private static final int STUB_SIZE = 32;
  private static final int PAGE_SIZE = 4096;
  private static final int PROT_READ_WRITE = 3;
  private static final int PROT_READ_EXEC = 5;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final boolean IS_X86 = System.getProperty("os.arch").equals("amd64");

  private static final MemorySegment MMAP = Libc.function("mmap");
  private static final MemorySegment MPROTECT = Libc.function("mprotect");
  private static final MemorySegment SIGACTION = Libc.function("sigaction");

  private FaultGuard() {}

  /// Installs it for good; whether the system lets us.
  @SuppressWarnings("restricted") // memory of a size just asked for
  public static boolean install() {
    long page = Libc.callLong(MMAP, 0, PAGE_SIZE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (page < 0 && page > -PAGE_SIZE) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(SIGACTION_SIZE, 8);
      ByteBuffer view = Libc.view(action);
      ByteBuffer code = Libc.view(MemorySegment.ofAddress(page).reinterpret(PAGE_SIZE));
      long[] handlers = new long[SIGNALS.length];
      for (int i = 0; i < SIGNALS.length; i++) {
        Libc.call(SIGACTION, SIGNALS[i], 0, action.address());
        handlers[i] = view.getLong(0);
        code.position(i * STUB_SIZE);
        putStub(code, handlers[i]);
      }
      if (Libc.call(MPROTECT, page, PAGE_SIZE, PROT_READ_EXEC) != 0) {
        return false;
      }
      for (int i = 0; i < SIGNALS.length; i++) {
        if (handlers[i] > 1) { // neither default nor ignored
          Libc.call(SIGACTION, SIGNALS[i], 0, action.address());
          view.putLong(0, page + (long) i * STUB_SIZE);
          Libc.call(SIGACTION, SIGNALS[i], action.address(), 0);
        }
      }
      return true;
    }
  }

  /// `if (info->si_code > 0) goto handler; return;`
  private static void putStub(ByteBuffer code, long handler) {
    ByteBuffer stub = ByteBuffer.allocate(STUB_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    if (IS_X86) {
      stub.putInt(0x00087e83); // cmp dword ptr [rsi+8], 0
      stub.put(new byte[] {0x7f, 0x01}); // jg over the next
      stub.put((byte) 0xc3); // ret
      stub.put(new byte[] {0x48, (byte) 0xb8}).putLong(handler); // mov rax, handler
      stub.put(new byte[] {(byte) 0xff, (byte) 0xe0}); // jmp rax
    } else {
      stub.putInt(0xb9400829); // ldr w9, [x1, #8]
      stub.putInt(0x7100013f); // cmp w9, #0
      stub.putInt(0x5400004c); // b.gt over the next
      stub.putInt(0xd65f03c0); // ret
      stub.putInt(0x58000049); // ldr x9, the word after the next
      stub.putInt(0xd61f0120); // br x9
      stub.putLong(handler);
    }
    code.put(stub.array());
  }
}
