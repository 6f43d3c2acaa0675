import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.net.URL;
import java.net.URLClassLoader;

/// Gives the classes of a jar that were compiled for a very old Java the stack maps of a newer one.
/// The virtual machine verifies classes without them in the old, slow way at every start and leaves
/// them out of AOT caches. A tool of the build; run with `java Modernise.java IN OUT`.
class Modernise {
  private static final int OLD = 50;
  private static final int NEW = 61;

  public static void main(String[] arguments) throws Exception {
    Path in = Path.of(arguments[0]);
    Path out = Path.of(arguments[1]);
    try (JarFile jar = new JarFile(in.toFile());
        var loader = new URLClassLoader(new URL[] {in.toUri().toURL()}, null);
        OutputStream file = Files.newOutputStream(out);
        JarOutputStream copy = new JarOutputStream(file)) {
      ClassFile classFile =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.DeadCodeOption.KEEP_DEAD_CODE,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(loader)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (JarEntry entry : jar.stream().toList()) {
        byte[] bytes = jar.getInputStream(entry).readAllBytes();
        JarEntry copied = new JarEntry(entry.getName());
        copied.setLastModifiedTime(FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        copy.putNextEntry(copied);
        copy.write(entry.getName().endsWith(".class") ? modern(classFile, bytes) : bytes);
      }
    }
    Files.setLastModifiedTime(out, Files.getLastModifiedTime(in));
  }

  private static byte[] modern(ClassFile classFile, byte[] bytes) throws IOException {
    var model = classFile.parse(bytes);
    if (model.majorVersion() >= OLD) {
      return bytes;
    }
    return classFile.transformClass(
        model,
        ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element))
            .andThen(ClassTransform.endHandler(builder -> builder.withVersion(NEW, 0))));
  }
}
