package dev.peregrine.process.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// The C library, called in one shape for every function: six integer or pointer arguments, one
/// 64-bit result, and `errno`.
///
/// Functions that take fewer arguments ignore the rest, on x86-64 and on aarch64 alike. Variadic
/// functions are called with integer arguments only. The installed product goes through its
/// [Trampoline]; without one, through the linker of `java.lang.foreign`, whose handle costs 50 ms
/// at the start.
final class Libc {
  private static final long POINTER_SIZE = 8;
  private static final long ERRNO_LOCATION = function("__errno_location").address();

  private Libc() {}

  /// The address of a function that every supported C library has.
  static MemorySegment function(String name) {
    return optionalFunction(name)
        .orElseThrow(() -> new UnsatisfiedLinkError("C library without " + name));
  }

  /// The address of a function that newer C libraries have.
  static Optional<MemorySegment> optionalFunction(String name) {
    if (!Trampoline.IS_THERE) {
      return Linked.LOOKUP.find(name);
    }
    try (Arena arena = Arena.ofConfined()) {
      long symbol = string(arena, name.getBytes(US_ASCII)).address();
      long address = Trampoline.call(Trampoline.dlsym(), 0, symbol, 0, 0, 0, 0, 0);
      return address == 0 ? Optional.empty() : Optional.of(MemorySegment.ofAddress(address));
    }
  }

  /// Calls a function whose result is an `int`; minus `errno` instead of its -1.
  static int call(MemorySegment function, long... arguments) {
    return (int) invoke(function, true, arguments);
  }

  /// Calls a function whose result is a `long` or `ssize_t`; minus `errno` instead of its -1.
  static long callLong(MemorySegment function, long... arguments) {
    return invoke(function, false, arguments);
  }

  private static long invoke(MemorySegment function, boolean isInt, long... a) {
    if (Trampoline.IS_THERE) {
      long result =
          Trampoline.call(
              function.address(),
              argument(a, 0),
              argument(a, 1),
              argument(a, 2),
              argument(a, 3),
              argument(a, 4),
              argument(a, 5),
              ERRNO_LOCATION);
      return isInt ? (int) result : result;
    }
    return Linked.invoke(function, isInt, a);
  }

  private static long argument(long[] arguments, int index) {
    return index < arguments.length ? arguments[index] : 0;
  }

  /// The numbers in native memory. The accessors of the segment itself cost the start of a program
  /// 20 ms, for each kind of number is a method handle of its own.
  static ByteBuffer view(MemorySegment segment) {
    return segment.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /// A NUL-terminated copy of a string.
  static MemorySegment string(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    view(segment).put(bytes);
    return segment;
  }

  /// A NULL-terminated array of strings.
  static MemorySegment strings(Arena arena, List<byte[]> list) {
    MemorySegment array = arena.allocate(POINTER_SIZE * (list.size() + 1L), POINTER_SIZE);
    ByteBuffer pointers = view(array);
    for (byte[] bytes : list) {
      pointers.putLong(string(arena, bytes).address());
    }
    return array;
  }

  /// The way without a trampoline.
  private static final class Linked {
    static final SymbolLookup LOOKUP = Linker.nativeLinker().defaultLookup();
    private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
    private static final MethodHandle CALL = handle();

    static long invoke(MemorySegment function, boolean isInt, long... a) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(ERRNO_LAYOUT);
        long raw =
            (long)
                CALL.invokeExact(
                    function,
                    state,
                    argument(a, 0),
                    argument(a, 1),
                    argument(a, 2),
                    argument(a, 3),
                    argument(a, 4),
                    argument(a, 5));
        long result = isInt ? (int) raw : raw;
        return result == -1 ? -view(state).getInt(0) : result;
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("native call failed", e);
      }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle() {
      ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
      return Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(word, word, word, word, word, word, word),
              Linker.Option.captureCallState("errno"));
    }
  }
}
