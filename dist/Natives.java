import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/// Takes the native libraries out of a jar: the one of this machine becomes a file in a directory,
/// under its name without the version, and the jar is written again without any. With files, nothing
/// has to be unpacked at run time. Classes for newer Java versions are left out too, because those of
/// zstd-jni take most of a second to link. A tool of the build; run with
/// `java Natives.java JAR OUT DIRECTORY`.
class Natives {
  public static void main(String[] arguments) throws Exception {
    Path in = Path.of(arguments[0]);
    Path directory = Files.createDirectories(Path.of(arguments[2]));
    try (JarFile jar = new JarFile(in.toFile());
        OutputStream file = Files.newOutputStream(Path.of(arguments[1]));
        JarOutputStream copy = new JarOutputStream(file)) {
      for (JarEntry entry : jar.stream().toList()) {
        String name = entry.getName();
        if (isOfThisMachine(name)) {
          Files.copy(
              jar.getInputStream(entry),
              directory.resolve(plain(name)),
              StandardCopyOption.REPLACE_EXISTING);
        }
        if (!entry.isDirectory() && !isNative(name) && !name.startsWith("META-INF/versions/")) {
          JarEntry copied = new JarEntry(name);
          copied.setLastModifiedTime(FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
          copy.putNextEntry(copied);
          copy.write(jar.getInputStream(entry).readAllBytes());
        }
      }
    }
    Files.setLastModifiedTime(Path.of(arguments[1]), Files.getLastModifiedTime(in));
  }

  private static boolean isOfThisMachine(String name) {
    String machine = System.getProperty("os.arch");
    String other = machine.equals("amd64") ? "x86_64" : machine;
    return name.startsWith("linux/" + machine + "/") && isNative(name)
        || name.startsWith("lib/linux-" + other + "/") && isNative(name);
  }

  private static boolean isNative(String name) {
    return name.endsWith(".so") || name.endsWith(".dylib") || name.endsWith(".dll");
  }

  private static String plain(String name) {
    return name.substring(name.lastIndexOf('/') + 1).replaceAll("-\\d.*\\.so$", ".so");
  }
}
