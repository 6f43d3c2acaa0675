import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes `bin/peregrine`: a program of some 3,000 bytes, made here instruction by instruction, so
/// that no C compiler is needed. A tool of the build; run with
/// `java Launcher.java OUT x86_64|aarch64 OPTIONS_FILE`.
///
/// What it does, in the words of C:
///
/// ```
/// isInit = argv[0] is called my_init, tini, dumb-init or setuser, or argv[1] is "setuser", or
///          argv[1] is "init" and argv[2] is neither "status" nor "service";
/// if (isInit || getpid() == 1) block every signal;   // or process 1 loses those that come early
/// open /dev/null in the place of standard descriptors that are closed;
/// home = the directory above that of /proc/self/exe;
/// if (isInit) exec(home/runtime/bin/java, OPTIONS_FILE with home for @, argv,
///                  own variables, mark, environment with some names hidden);
/// exec(/bin/sh, home/bin/peregrine.sh, argv[1..], environment);
/// ```
///
/// A name is hidden by the highest bit of its first byte. `process.Environment` in the server reads
/// the mark and the hidden names.
class Launcher {
  static final int ARENA = 0x20000; // below the stack: our strings, then the pointers to all
  static final int PATH_SIZE = 0x1000;
  static final List<String> INIT_NAMES = List.of("my_init", "tini", "tini-static", "dumb-init", "setuser");
  static final List<String> CLIENT_WORDS = List.of("status", "service");
  static final List<String> VARIABLES =
      List.of("_JAVA_SR_SIGNUM=62", "LC_ALL=C.UTF-8", "PEREGRINE_LAUNCHER=1");
  static final List<String> HIDDEN =
      List.of(
          "JAVA_TOOL_OPTIONS=",
          "JDK_JAVA_OPTIONS=",
          "_JAVA_OPTIONS=",
          "LD_PRELOAD=",
          "LD_LIBRARY_PATH=");

  // Registers. The first four carry arguments of system calls, the first their result.
  static final int A0 = 0;
  static final int A1 = 1;
  static final int A2 = 2;
  static final int A3 = 3;
  static final int ARGV = 4;
  static final int ENVP = 5;
  static final int POINTERS = 6; // where the next pointer for exec goes
  static final int STRINGS = 7; // where the next string of ours goes
  static final int HOME = 8;
  static final int T0 = 9; // T0 and T1 do not survive `same`
  static final int T1 = 10;
  static final int KEPT = 11; // whether it is init; later where the pointers begin

  final Machine m;
  final List<String> options;

  Launcher(Machine machine, List<String> options) {
    this.m = machine;
    this.options = options;
  }

  public static void main(String[] arguments) throws IOException {
    Path out = Path.of(arguments[0]);
    Machine machine =
        switch (arguments[1]) {
          case "x86_64" -> new X86();
          case "aarch64" -> new Arm();
          default -> throw new IllegalArgumentException(
              "no launcher for " + arguments[1] + " (expected x86_64 or aarch64)");
        };
    List<String> options =
        Files.readAllLines(Path.of(arguments[2])).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    byte[] program = new Launcher(machine, options).make();
    Path part = Path.of(out + ".part");
    Files.write(part, program);
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(part, out, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  byte[] make() {
    start();
    blockSignals();
    openStandard();
    findHome();
    m.branchIfEqual(KEPT, 0, "shell");
    execJava();
    m.label("shell");
    execShell();
    subroutines();
    data();
    return m.link();
  }

  /// Stack: argument count, argv..., 0, environment..., 0. Makes room below it.
  void start() {
    m.stackTo(ARGV);
    m.load(T0, ARGV, 0);
    m.add(ARGV, 8);
    m.move(ENVP, ARGV);
    m.label("findEnvironment");
    m.load(T1, ENVP, 0);
    m.add(ENVP, 8);
    m.branchIfNotEqual(T1, 0, "findEnvironment");
    m.move(T0, ENVP);
    m.label("findEnd");
    m.load(T1, T0, 0);
    m.add(T0, 8);
    m.branchIfNotEqual(T1, 0, "findEnd");
    // The pointers for exec need no more room than those there are, and a few hundred.
    m.move(POINTERS, ARGV);
    m.subtract(POINTERS, T0);
    m.stackTo(T0);
    m.addTo(POINTERS, T0);
    m.add(POINTERS, -PATH_SIZE);
    m.move(HOME, POINTERS);
    m.add(HOME, -PATH_SIZE);
    m.move(STRINGS, HOME);
    m.add(STRINGS, -ARENA);
    m.move(T0, STRINGS);
    m.add(T0, -PATH_SIZE);
    m.stackFrom(T0);
    decide();
  }

  /// Sets the flag: is this a call of init?
  void decide() {
    m.set(KEPT, 0);
    m.load(A0, ARGV, 0);
    m.branchIfEqual(A0, 0, "decided");
    m.call("baseName");
    for (String name : INIT_NAMES) {
      m.address(A1, m.string(name));
      m.call("same");
      m.branchIfEqual(T0, 1, "init");
    }
    m.load(A0, ARGV, 8);
    m.branchIfEqual(A0, 0, "decided");
    m.address(A1, m.string("setuser"));
    m.call("same");
    m.branchIfEqual(T0, 1, "init");
    m.address(A1, m.string("init"));
    m.call("same");
    m.branchIfEqual(T0, 0, "decided");
    m.load(A0, ARGV, 16);
    m.branchIfEqual(A0, 0, "init");
    for (String word : CLIENT_WORDS) {
      m.address(A1, m.string(word));
      m.call("same");
      m.branchIfEqual(T0, 1, "decided");
    }
    m.label("init");
    m.set(KEPT, 1);
    m.label("decided");
  }

  void blockSignals() {
    m.branchIfEqual(KEPT, 1, "block");
    m.system("getpid");
    m.branchIfNotEqual(A0, 1, "blocked");
    m.label("block");
    m.set(A0, 0); // SIG_BLOCK
    m.address(A1, "allSignals");
    m.set(A2, 0);
    m.set(A3, 8);
    m.system("rt_sigprocmask");
    m.label("blocked");
  }

  /// Opens what the caller has closed of the descriptors 0, 1 and 2 to nowhere: else the virtual
  /// machine's own files get these numbers.
  void openStandard() {
    for (int i = 0; i <= 2; i++) {
      m.set(A0, i);
      m.set(A1, 1); // F_GETFD
      m.system("fcntl");
      m.branchIfEqual(A0, 0, "open" + i);
      m.branchIfEqual(A0, 1, "open" + i);
      m.set(A0, 0);
      m.address(A1, m.string("/dev/null"));
      m.set(A2, 2); // O_RDWR
      m.set(A3, 0);
      m.system("openat");
      m.label("open" + i);
    }
  }

  /// HOME: the path of this program without its last two parts, NUL at its end.
  void findHome() {
    m.set(A0, 0);
    m.address(A1, m.string("/proc/self/exe"));
    m.move(A2, HOME);
    m.set(A3, PATH_SIZE - 1);
    m.system("readlinkat");
    m.branchIfLess(A0, 1, "failed");
    m.addTo(A0, HOME);
    m.set(T1, 2);
    m.label("cut");
    m.branchIfDifferent(A0, HOME, "inside");
    m.jump("failed");
    m.label("inside");
    m.add(A0, -1);
    m.loadByte(T0, A0, 0);
    m.branchIfNotEqual(T0, '/', "cut");
    m.add(T1, -1);
    m.branchIfNotEqual(T1, 0, "cut");
    m.set(T0, 0);
    m.storeByte(T0, A0, 0);
  }

  void execJava() {
    m.move(KEPT, POINTERS);
    m.address(A1, "javaWords");
    m.call("expand");
    m.move(A1, ARGV);
    m.call("copy");
    m.call("terminate");
    m.address(A1, "variables");
    m.call("expand");
    m.move(A1, ENVP);
    m.call("copy");
    m.call("terminate");
    hideNames();
    m.move(A2, KEPT);
    m.label("skipArguments");
    m.load(T0, A2, 0);
    m.add(A2, 8);
    m.branchIfNotEqual(T0, 0, "skipArguments");
    m.move(A1, KEPT);
    m.load(A0, A1, 0);
    m.system("execve");
    m.move(POINTERS, KEPT);
  }

  /// For each of the caller's variables: is it one of those to hide?
  void hideNames() {
    m.move(A3, ENVP);
    m.label("nextVariable");
    m.load(A0, A3, 0);
    m.branchIfEqual(A0, 0, "allHidden");
    for (String name : HIDDEN) {
      m.address(A1, m.string(name));
      m.call("begins");
      m.branchIfEqual(T0, 1, "hide");
    }
    m.jump("keep");
    m.label("hide");
    m.loadByte(T0, A0, 0);
    m.add(T0, 0x80);
    m.storeByte(T0, A0, 0);
    m.label("keep");
    m.add(A3, 8);
    m.jump("nextVariable");
    m.label("allHidden");
  }

  void execShell() {
    m.move(KEPT, POINTERS);
    m.address(A1, "shellWords");
    m.call("expand");
    m.load(T0, ARGV, 0);
    m.move(A1, ARGV);
    m.branchIfEqual(T0, 0, "noName");
    m.add(A1, 8);
    m.label("noName");
    m.call("copy");
    m.call("terminate");
    m.move(A2, ENVP);
    m.move(A1, KEPT);
    m.load(A0, A1, 0);
    m.system("execve");
    m.label("failed");
    String message = "peregrine: cannot start; expected /proc, /bin/sh and a whole installation\n";
    m.set(A0, 2);
    m.address(A1, m.string(message));
    m.set(A2, message.length());
    m.system("write");
    m.set(A0, 127);
    m.system("exit");
  }

  void subroutines() {
    // A0: string. A0 := what follows its last slash. Changes T0, T1.
    m.label("baseName");
    m.move(T1, A0);
    m.label("baseNameNext");
    m.loadByte(T0, T1, 0);
    m.add(T1, 1);
    m.branchIfNotEqual(T0, '/', "baseNameNoSlash");
    m.move(A0, T1);
    m.label("baseNameNoSlash");
    m.branchIfNotEqual(T0, 0, "baseNameNext");
    m.back();

    // T0 := whether the strings A0 and A1 are the same. Keeps A0.
    m.label("same");
    compare("same", false);
    // T0 := whether the string A0 begins with the string A1. Keeps A0.
    m.label("begins");
    compare("begins", true);

    // A1: strings, an empty one at the end. Puts each, with home for '@', and its pointer.
    m.label("expand");
    m.loadByte(T0, A1, 0);
    m.branchIfEqual(T0, 0, "expandDone");
    m.store(STRINGS, POINTERS, 0);
    m.add(POINTERS, 8);
    m.label("expandByte");
    m.loadByte(T0, A1, 0);
    m.add(A1, 1);
    m.branchIfNotEqual(T0, '@', "expandPlain");
    m.move(T1, HOME);
    m.label("expandHome");
    m.loadByte(T0, T1, 0);
    m.branchIfEqual(T0, 0, "expandByte");
    m.storeByte(T0, STRINGS, 0);
    m.add(STRINGS, 1);
    m.add(T1, 1);
    m.jump("expandHome");
    m.label("expandPlain");
    m.storeByte(T0, STRINGS, 0);
    m.add(STRINGS, 1);
    m.branchIfNotEqual(T0, 0, "expandByte");
    m.jump("expand");
    m.label("expandDone");
    m.back();

    // A1: pointers, a null one at the end. Puts them all but that one.
    m.label("copy");
    m.load(T0, A1, 0);
    m.branchIfEqual(T0, 0, "copyDone");
    m.store(T0, POINTERS, 0);
    m.add(POINTERS, 8);
    m.add(A1, 8);
    m.jump("copy");
    m.label("copyDone");
    m.back();

    // Puts a null pointer.
    m.label("terminate");
    m.set(T0, 0);
    m.store(T0, POINTERS, 0);
    m.add(POINTERS, 8);
    m.back();
  }

  void compare(String name, boolean isPrefix) {
    m.move(A2, A0);
    m.label(name + "Next");
    m.loadByte(T1, A1, 0);
    if (isPrefix) {
      m.branchIfEqual(T1, 0, name + "Yes");
    }
    m.loadByte(T0, A2, 0);
    m.branchIfDifferent(T0, T1, name + "No");
    m.add(A1, 1);
    m.add(A2, 1);
    if (isPrefix) {
      m.jump(name + "Next");
    } else {
      m.branchIfNotEqual(T0, 0, name + "Next");
    }
    m.label(name + "Yes");
    m.set(T0, 1);
    m.back();
    m.label(name + "No");
    m.set(T0, 0);
    m.back();
  }

  void data() {
    m.data("allSignals", new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
    List<String> java = new ArrayList<>();
    java.add("@/runtime/bin/java");
    java.addAll(options);
    m.data("javaWords", words(java));
    m.data("shellWords", words(List.of("/bin/sh", "@/bin/peregrine.sh")));
    m.data("variables", words(VARIABLES));
  }

  static byte[] words(List<String> words) {
    return (String.join("\0", words) + "\0\0").getBytes(StandardCharsets.UTF_8);
  }
}

/// An assembler for the dozen instructions that the launcher needs. Constants are below 2^31,
/// offsets of loads and stores from 0 to 127 and multiples of the size.
abstract class Machine {
  static final long BASE = 0x400000;
  static final int HEADERS = 64 + 2 * 56;

  final ByteArrayOutputStream code = new ByteArrayOutputStream();
  final Map<String, Integer> labels = new HashMap<>();
  final Map<Integer, String> uses = new HashMap<>(); // offset of an instruction → label it names
  final Map<String, String> strings = new HashMap<>();

  abstract void stackTo(int to);

  abstract void stackFrom(int from);

  abstract void set(int to, int value);

  abstract void address(int to, String label);

  abstract void move(int to, int from);

  abstract void load(int to, int base, int offset);

  abstract void store(int from, int base, int offset);

  abstract void loadByte(int to, int base, int offset);

  abstract void storeByte(int from, int base, int offset);

  abstract void add(int to, int value);

  abstract void addTo(int to, int other);

  abstract void subtract(int to, int other);

  abstract void branchIfEqual(int register, int value, String label);

  abstract void branchIfNotEqual(int register, int value, String label);

  abstract void branchIfLess(int register, int value, String label);

  abstract void branchIfDifferent(int register, int other, String label);

  abstract void jump(String label);

  abstract void call(String label);

  abstract void back();

  abstract void system(String name);

  abstract int machineNumber();

  /// Puts the distance to its label into the instruction at an offset.
  abstract void patch(ByteBuffer program, int at, int distance);

  void label(String name) {
    if (labels.put(name, code.size()) != null) {
      throw new IllegalStateException("label " + name + " twice");
    }
  }

  void data(String label, byte[] bytes) {
    label(label);
    code.writeBytes(bytes);
  }

  /// The label of a NUL-terminated string.
  String string(String text) {
    return strings.computeIfAbsent(text, _ -> "string " + strings.size());
  }

  byte[] link() {
    strings.forEach((text, label) ->
        data(label, (text + "\0").getBytes(StandardCharsets.UTF_8)));
    ByteBuffer program = ByteBuffer.wrap(code.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    uses.forEach((at, label) -> patch(program, at, labels.get(label) - at));
    byte[] file = new byte[HEADERS + program.capacity()];
    ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    elf.putShort((short) 2).putShort((short) machineNumber()).putInt(1);
    elf.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 2);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
    segment(elf, 1, 5, file.length); // PT_LOAD, readable and executable
    segment(elf, 0x6474e551, 6, 0); // PT_GNU_STACK, not executable
    elf.put(program.array());
    return file;
  }

  private static void segment(ByteBuffer elf, int type, int flags, int size) {
    long address = size == 0 ? 0 : BASE;
    elf.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
    elf.putLong(size).putLong(size).putLong(size == 0 ? 16 : 0x10000);
  }

  void bytes(int... values) {
    for (int value : values) {
      code.write(value);
    }
  }

  void word(int value) {
    bytes(value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >>> 24);
  }

  /// Notes that the next four bytes, or the next instruction, name a label.
  void use(String label) {
    uses.put(code.size(), label);
  }
}

/// x86-64. `lea`, jumps and calls carry a 32-bit distance from the end of the instruction.
class X86 extends Machine {
  static final int RSP = 4;
  // rdi rsi rdx r10 rbx rbp r13 r14 r15 r8 r9 r12; nothing is loaded from or stored to r12, whose
  // shape would be another; rax, rcx and r11 change in system calls
  static final int[] NUMBERS = {7, 6, 2, 10, 3, 5, 13, 14, 15, 8, 9, 12};
  static final Map<String, Integer> CALLS =
      Map.of(
          "getpid", 39, "rt_sigprocmask", 14, "fcntl", 72, "openat", 257, "readlinkat", 267, "execve",
          59, "write", 1, "exit", 60);

  private void operation(int operation, int register, int rm) {
    bytes(0x48 | (register >> 3) << 2 | rm >> 3, operation, 0xc0 | (register & 7) << 3 | rm & 7);
  }

  private void memory(int wide, int[] operation, int register, int base, int offset) {
    bytes(0x40 | wide | (register >> 3) << 2 | base >> 3);
    bytes(operation);
    bytes(0x40 | (register & 7) << 3 | base & 7, offset);
  }

  private void immediate(int digit, int register, int value) {
    operation(0x81, digit, NUMBERS[register]);
    word(value);
  }

  private void toLabel(String label) {
    use(label);
    word(0);
  }

  @Override
  void stackTo(int to) {
    operation(0x89, RSP, NUMBERS[to]);
  }

  @Override
  void stackFrom(int from) {
    operation(0x89, NUMBERS[from], RSP);
  }

  @Override
  void set(int to, int value) {
    operation(0xc7, 0, NUMBERS[to]);
    word(value);
  }

  @Override
  void address(int to, String label) {
    int number = NUMBERS[to];
    bytes(0x48 | (number >> 3) << 2, 0x8d, 0x05 | (number & 7) << 3);
    toLabel(label);
  }

  @Override
  void move(int to, int from) {
    operation(0x89, NUMBERS[from], NUMBERS[to]);
  }

  @Override
  void load(int to, int base, int offset) {
    memory(8, new int[] {0x8b}, NUMBERS[to], NUMBERS[base], offset);
  }

  @Override
  void store(int from, int base, int offset) {
    memory(8, new int[] {0x89}, NUMBERS[from], NUMBERS[base], offset);
  }

  @Override
  void loadByte(int to, int base, int offset) {
    memory(0, new int[] {0x0f, 0xb6}, NUMBERS[to], NUMBERS[base], offset);
  }

  @Override
  void storeByte(int from, int base, int offset) {
    memory(0, new int[] {0x88}, NUMBERS[from], NUMBERS[base], offset);
  }

  @Override
  void add(int to, int value) {
    immediate(0, to, value);
  }

  @Override
  void addTo(int to, int other) {
    operation(0x01, NUMBERS[other], NUMBERS[to]);
  }

  @Override
  void subtract(int to, int other) {
    operation(0x29, NUMBERS[other], NUMBERS[to]);
  }

  @Override
  void branchIfEqual(int register, int value, String label) {
    immediate(7, register, value);
    bytes(0x0f, 0x84);
    toLabel(label);
  }

  @Override
  void branchIfNotEqual(int register, int value, String label) {
    immediate(7, register, value);
    bytes(0x0f, 0x85);
    toLabel(label);
  }

  @Override
  void branchIfLess(int register, int value, String label) {
    immediate(7, register, value);
    bytes(0x0f, 0x8c);
    toLabel(label);
  }

  @Override
  void branchIfDifferent(int register, int other, String label) {
    operation(0x39, NUMBERS[other], NUMBERS[register]);
    bytes(0x0f, 0x85);
    toLabel(label);
  }

  @Override
  void jump(String label) {
    bytes(0xe9);
    toLabel(label);
  }

  @Override
  void call(String label) {
    bytes(0xe8);
    toLabel(label);
  }

  @Override
  void back() {
    bytes(0xc3);
  }

  @Override
  void system(String name) {
    bytes(0xb8);
    word(CALLS.get(name));
    bytes(0x0f, 0x05);
    bytes(0x48, 0x89, 0xc7);
  }

  @Override
  int machineNumber() {
    return 62;
  }

  @Override
  void patch(ByteBuffer program, int at, int distance) {
    program.putInt(at, distance - 4);
  }
}

/// AArch64. Every instruction is one word; a label's distance is part of it.
class Arm extends Machine {
  // x0 to x3, x19 to x23, x9, x10, x24; x8 holds the number of a system call, x11 constants
  static final int[] NUMBERS = {0, 1, 2, 3, 19, 20, 21, 22, 23, 9, 10, 24};
  static final int CALL_NUMBER = 8;
  static final int SCRATCH = 11;
  static final Map<String, Integer> CALLS =
      Map.of(
          "getpid", 172, "rt_sigprocmask", 135, "fcntl", 25, "openat", 56, "readlinkat", 78, "execve",
          221, "write", 64, "exit", 93);

  private void constant(int number, int value) {
    word(0xd2800000 | (value & 0xffff) << 5 | number);
    if (value >>> 16 != 0) {
      word(0xf2a00000 | (value >>> 16) << 5 | number);
    }
  }

  private void compare(int register, int value) {
    constant(SCRATCH, value);
    word(0xeb00001f | SCRATCH << 16 | NUMBERS[register] << 5);
  }

  private void toLabel(String label, int instruction) {
    use(label);
    word(instruction);
  }

  @Override
  void stackTo(int to) {
    word(0x910003e0 | NUMBERS[to]);
  }

  @Override
  void stackFrom(int from) {
    word(0x9100001f | NUMBERS[from] << 5);
  }

  @Override
  void set(int to, int value) {
    constant(NUMBERS[to], value);
  }

  @Override
  void address(int to, String label) {
    toLabel(label, 0x10000000 | NUMBERS[to]);
  }

  @Override
  void move(int to, int from) {
    word(0xaa0003e0 | NUMBERS[from] << 16 | NUMBERS[to]);
  }

  @Override
  void load(int to, int base, int offset) {
    word(0xf9400000 | offset / 8 << 10 | NUMBERS[base] << 5 | NUMBERS[to]);
  }

  @Override
  void store(int from, int base, int offset) {
    word(0xf9000000 | offset / 8 << 10 | NUMBERS[base] << 5 | NUMBERS[from]);
  }

  @Override
  void loadByte(int to, int base, int offset) {
    word(0x39400000 | offset << 10 | NUMBERS[base] << 5 | NUMBERS[to]);
  }

  @Override
  void storeByte(int from, int base, int offset) {
    word(0x39000000 | offset << 10 | NUMBERS[base] << 5 | NUMBERS[from]);
  }

  @Override
  void add(int to, int value) {
    constant(SCRATCH, Math.abs(value));
    int instruction = value < 0 ? 0xcb000000 : 0x8b000000;
    word(instruction | SCRATCH << 16 | NUMBERS[to] << 5 | NUMBERS[to]);
  }

  @Override
  void addTo(int to, int other) {
    word(0x8b000000 | NUMBERS[other] << 16 | NUMBERS[to] << 5 | NUMBERS[to]);
  }

  @Override
  void subtract(int to, int other) {
    word(0xcb000000 | NUMBERS[other] << 16 | NUMBERS[to] << 5 | NUMBERS[to]);
  }

  @Override
  void branchIfEqual(int register, int value, String label) {
    compare(register, value);
    toLabel(label, 0x54000000);
  }

  @Override
  void branchIfNotEqual(int register, int value, String label) {
    compare(register, value);
    toLabel(label, 0x54000001);
  }

  @Override
  void branchIfLess(int register, int value, String label) {
    compare(register, value);
    toLabel(label, 0x5400000b);
  }

  @Override
  void branchIfDifferent(int register, int other, String label) {
    word(0xeb00001f | NUMBERS[other] << 16 | NUMBERS[register] << 5);
    toLabel(label, 0x54000001);
  }

  @Override
  void jump(String label) {
    toLabel(label, 0x14000000);
  }

  @Override
  void call(String label) {
    toLabel(label, 0x94000000);
  }

  @Override
  void back() {
    word(0xd65f03c0);
  }

  @Override
  void system(String name) {
    constant(CALL_NUMBER, CALLS.get(name));
    word(0xd4000001);
  }

  @Override
  int machineNumber() {
    return 183;
  }

  @Override
  void patch(ByteBuffer program, int at, int distance) {
    int instruction = program.getInt(at);
    int field =
        switch (instruction >>> 24) {
          case 0x10 -> (distance & 3) << 29 | (distance >> 2 & 0x7ffff) << 5; // adr
          case 0x54 -> (distance >> 2 & 0x7ffff) << 5;
          default -> distance >> 2 & 0x3ffffff;
        };
    program.putInt(at, instruction | field);
  }
}
