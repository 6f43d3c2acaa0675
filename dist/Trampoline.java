import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes `native/libcall.so`: some 80 bytes of instructions through which Java calls any function of
/// the C library, made here so that no C compiler is needed. A tool of the build; run with
/// `java Trampoline.java OUT x86_64|aarch64`.
///
/// The linker of `java.lang.foreign` makes as much with method handles at run time, 50 ms at each
/// start. In the words of C:
///
/// ```
/// jlong call(JNIEnv *env, jclass type, jlong function, jlong a, … jlong f, jlong errnoLocation) {
///   jlong result = function(a, b, c, d, e, f);
///   return (int) result == -1 ? -*errnoLocation() : result;
/// }
///
/// jlong dlsym(JNIEnv *env, jclass type) { return (jlong) &dlsym; }
/// ```
class Trampoline {
  static final String PREFIX = "Java_dev_peregrine_process_posix_Trampoline_";

  static final byte[] X86 =
      bytes(
          0x53, // push rbx: aligns the stack as well
          0x48, 0x8b, 0x5c, 0x24, 0x28, // mov rbx, [rsp+40]: errnoLocation
          0x49, 0x89, 0xd3, // mov r11, rdx: function
          0x48, 0x89, 0xcf, // mov rdi, rcx
          0x4c, 0x89, 0xc6, // mov rsi, r8
          0x4c, 0x89, 0xca, // mov rdx, r9
          0x48, 0x8b, 0x4c, 0x24, 0x10, // mov rcx, [rsp+16]
          0x4c, 0x8b, 0x44, 0x24, 0x18, // mov r8, [rsp+24]
          0x4c, 0x8b, 0x4c, 0x24, 0x20, // mov r9, [rsp+32]
          0x31, 0xc0, // xor eax, eax: variadic functions get no floating-point numbers
          0x41, 0xff, 0xd3, // call r11
          0x83, 0xf8, 0xff, // cmp eax, -1
          0x75, 0x08, // jne +8
          0xff, 0xd3, // call rbx
          0x48, 0x63, 0x00, // movsxd rax, [rax]
          0x48, 0xf7, 0xd8, // neg rax
          0x5b, // pop rbx
          0xc3); // ret

  static final byte[] X86_DLSYM =
      bytes(
          0x48, 0x8b, 0x05, 0, 0, 0, 0, // mov rax, [rip+…]
          0xc3); // ret

  static final byte[] ARM =
      words(
          0xa9be7bfd, // stp x29, x30, [sp, #-32]!
          0xf9000bf3, // str x19, [sp, #16]
          0xf94017f3, // ldr x19, [sp, #40]: errnoLocation
          0xaa0203e9, // mov x9, x2: function
          0xaa0303e0, // mov x0, x3
          0xaa0403e1, // mov x1, x4
          0xaa0503e2, // mov x2, x5
          0xaa0603e3, // mov x3, x6
          0xaa0703e4, // mov x4, x7
          0xf94013e5, // ldr x5, [sp, #32]
          0xd63f0120, // blr x9
          0x3100041f, // cmn w0, #1
          0x54000081, // b.ne +16
          0xd63f0260, // blr x19
          0xb9800000, // ldrsw x0, [x0]
          0xcb0003e0, // neg x0, x0
          0xf9400bf3, // ldr x19, [sp, #16]
          0xa8c27bfd, // ldp x29, x30, [sp], #32
          0xd65f03c0); // ret

  static final byte[] ARM_DLSYM =
      words(
          0x58000000, // ldr x0, [pc+…]
          0xd65f03c0); // ret

  static final int ALIGNMENT = 0x10000; // the largest page
  static final int SYMBOLS = 64 + 4 * 56;
  static final int SYMBOL_SIZE = 24;
  static final int SYMBOL_COUNT = 4; // none, the two functions, and the dlsym of the C library
  static final int STRINGS = SYMBOLS + SYMBOL_COUNT * SYMBOL_SIZE;

  public static void main(String[] arguments) throws IOException {
    byte[] library =
        switch (arguments[1]) {
          case "x86_64" -> x86();
          case "aarch64" -> arm();
          default -> throw new IllegalArgumentException(
              "no trampoline for " + arguments[1] + " (expected x86_64 or aarch64)");
        };
    Path out = Path.of(arguments[0]);
    Path part = Path.of(out + ".part");
    Files.write(part, library);
    Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
  }

  static byte[] x86() {
    Layout layout = new Layout(X86, X86_DLSYM);
    ByteBuffer elf = library(62, 6, layout); // R_X86_64_GLOB_DAT
    elf.putInt(layout.dlsym + 3, layout.pointerAddress() - (layout.dlsym + 7));
    return elf.array();
  }

  static byte[] arm() {
    Layout layout = new Layout(ARM, ARM_DLSYM);
    ByteBuffer elf = library(183, 1025, layout); // R_AARCH64_GLOB_DAT
    int distance = layout.pointerAddress() - layout.dlsym;
    elf.putInt(layout.dlsym, elf.getInt(layout.dlsym) | distance / 4 << 5);
    return elf.array();
  }

  /// Offsets in the file. What comes before `dynamic` is read and run, the rest written to by the
  /// dynamic linker.
  static class Layout {
    final byte[] callCode;
    final byte[] dlsymCode;
    final byte[] strings =
        ("\0" + PREFIX + "call\0" + PREFIX + "dlsym\0dlsym\0").getBytes(StandardCharsets.US_ASCII);
    final int hash = aligned(STRINGS + strings.length);
    final int relocation = aligned(hash + (3 + SYMBOL_COUNT) * 4);
    final int call = relocation + 32;
    final int dlsym;
    final int dynamic;
    final int pointer;

    Layout(byte[] callCode, byte[] dlsymCode) {
      this.callCode = callCode;
      this.dlsymCode = dlsymCode;
      dlsym = aligned(call + callCode.length);
      dynamic = aligned(dlsym + dlsymCode.length);
      pointer = dynamic + 9 * 16;
    }

    int pointerAddress() {
      return ALIGNMENT + pointer;
    }
  }

  static ByteBuffer library(int machine, int relocation, Layout layout) {
    ByteBuffer elf = ByteBuffer.allocate(layout.pointer + 8).order(ByteOrder.LITTLE_ENDIAN);
    int writable = elf.capacity() - layout.dynamic;
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    elf.putShort((short) 3).putShort((short) machine).putInt(1).putLong(0).putLong(64).putLong(0);
    elf.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 4);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
    segment(elf, 1, 5, 0, layout.dynamic, ALIGNMENT); // PT_LOAD, readable and executable
    segment(elf, 1, 6, layout.dynamic, writable, ALIGNMENT); // PT_LOAD, writable
    segment(elf, 2, 6, layout.dynamic, 9 * 16, 8); // PT_DYNAMIC
    segment(elf, 0x6474e551, 6, 0, 0, 16); // PT_GNU_STACK, not executable
    elf.position(SYMBOLS + SYMBOL_SIZE);
    int name = 1;
    symbol(elf, name, 1, layout.call, layout.callCode.length);
    name += PREFIX.length() + "call".length() + 1;
    symbol(elf, name, 1, layout.dlsym, layout.dlsymCode.length);
    name += PREFIX.length() + "dlsym".length() + 1;
    symbol(elf, name, 0, 0, 0);
    elf.put(layout.strings);
    elf.position(layout.hash);
    elf.putInt(1).putInt(SYMBOL_COUNT).putInt(1); // one bucket, a chain of all
    elf.putInt(0).putInt(2).putInt(3).putInt(0);
    elf.position(layout.relocation);
    elf.putLong(layout.pointerAddress()).putLong(3L << 32 | relocation).putLong(0);
    elf.put(layout.call, layout.callCode);
    elf.put(layout.dlsym, layout.dlsymCode);
    elf.position(layout.dynamic);
    entry(elf, 4, layout.hash);
    entry(elf, 5, STRINGS);
    entry(elf, 6, SYMBOLS);
    entry(elf, 10, layout.strings.length);
    entry(elf, 11, SYMBOL_SIZE);
    entry(elf, 7, layout.relocation); // DT_RELA, its size, and that of an entry
    entry(elf, 8, 24);
    entry(elf, 9, 24);
    return elf;
  }

  /// A global function, in this file if it has a section.
  static void symbol(ByteBuffer elf, int name, int section, int address, int size) {
    elf.putInt(name).put((byte) 0x12).put((byte) 0).putShort((short) section);
    elf.putLong(address).putLong(size);
  }

  static void segment(ByteBuffer elf, int type, int flags, int offset, int size, int alignment) {
    long address = offset == 0 ? 0 : ALIGNMENT + offset;
    elf.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
    elf.putLong(size).putLong(size).putLong(alignment);
  }

  static void entry(ByteBuffer elf, int tag, int value) {
    elf.putLong(tag).putLong(value);
  }

  static int aligned(int offset) {
    return offset + 15 & -16;
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] words(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }
}
