package dev.peregrine.server;

import dev.peregrine.admin.api.InstanceFile;
import dev.peregrine.config.InstanceConfig;
import dev.peregrine.process.PrivateDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The instance directory while this server owns it: of two servers that want one, the lock lets
/// one have it, and the kernel takes it back however that one ends.
final class Instance implements AutoCloseable {
  private final InstanceConfig config;
  private final PrivateDirectory directory;
  private final FileChannel lockFile;
  private final FileLock lock;

  private Instance(
      InstanceConfig config, PrivateDirectory directory, FileChannel lockFile, FileLock lock) {
    this.config = config;
    this.directory = directory;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  static Instance claim(InstanceConfig config) throws StartProblem {
    try {
      PrivateDirectory directory = PrivateDirectory.open(config.directory());
      FileChannel file =
          FileChannel.open(
              directory.path().resolve("lock"),
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
      FileLock lock = lock(file);
      if (lock == null) {
        file.close();
        throw new StartProblem(1, inUse(config));
      }
      return new Instance(config, directory, file, lock);
    } catch (IOException e) {
      throw new StartProblem(
          1,
          "instance directory "
              + config.directory()
              + " cannot be used: "
              + e.getMessage()
              + " (set PEREGRINE_INSTANCE_DIR to name another)");
    }
  }

  Path path(String name) {
    return directory.path().resolve(name);
  }

  /// Tells other commands who serves here, and writes the pid file.
  void announce(InstanceFile description) throws IOException {
    description.write(directory.path());
    if (config.pidFile().isPresent()) {
      Path pidFile = config.pidFile().get();
      Path fresh = pidFile.resolveSibling(pidFile.getFileName() + ".new");
      Files.deleteIfExists(fresh);
      Files.write(
          fresh,
          (description.pid() + "\n").getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.CREATE_NEW);
      Files.move(fresh, pidFile, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// Removes everything but the lock file, which a server that is starting may have open.
  @Override
  public void close() {
    try {
      if (config.pidFile().isPresent()) {
        Files.deleteIfExists(config.pidFile().get());
      }
      for (String name : new String[] {InstanceFile.FILE_NAME, "control.sock", "admin.sock"}) {
        Files.deleteIfExists(path(name));
      }
      directory.subdirectory("workers").delete();
      lock.release();
      lockFile.close();
    } catch (IOException _) {
      // The next server recognises what is left as stale.
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  private static String inUse(InstanceConfig config) throws IOException {
    String who =
        InstanceFile.read(config.directory())
            .map(file -> " (pid " + file.pid() + ", " + String.join(", ", file.listeners()) + ")")
            .orElse("");
    return "instance "
        + config.name()
        + " is already running"
        + who
        + "; stop it with `peregrine stop`, or give this one another --name";
  }
}
