package dev.peregrine.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The container image: what is in the archive, and how it starts and stops.
@Isolated("builds an image")
class ImageTest {
  private static final Path PRODUCT = Container.PRODUCT.getParent().getParent();
  private static final Path BUILD =
      PRODUCT.getParent().getParent().resolve("image/build").normalize();

  /// Kept from run to run: it is made of nothing but packages.
  private static final Path DEBIAN = PRODUCT.resolveSibling("image-debian.tar");

  /// Where this machine has its packages from, in the places of Debian and Ubuntu.
  private static final List<Path> SOURCES =
      List.of(
          Path.of("/etc/apt/sources.list.d/debian.sources"),
          Path.of("/etc/apt/sources.list.d/ubuntu.sources"),
          Path.of("/etc/apt/sources.list"));

  private static final String BOOT =
      """
      set -e
      mount --make-rprivate /
      mount -t tmpfs none "$0/work"
      mkdir "$0/work/upper" "$0/work/work"
      mount -t overlay none -o "lowerdir=$0/root,upperdir=$0/work/upper,workdir=$0/work/work" "$0/boot"
      cd "$0/boot"
      mount -t proc proc proc
      mount -t tmpfs -o mode=755 none dev
      for name in null zero full random urandom; do
        touch "dev/$name"
        mount --bind "/dev/$name" "dev/$name"
      done
      printf %s "$BOOT_FILES" | (cd "$0/boot" && sh -e)
      exec env -i $(cat "$0/environment") chroot . $(cat "$0/entrypoint") "$@"
      """;

  private static final Path directory = Apps.empty();
  private static Path archive;
  private static Path layout;
  private static JsonNode manifest;
  private static JsonNode config;

  @BeforeAll
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  static void buildAndUnpack() throws Exception {
    archive = directory.resolve("image.tar");
    boolean isCurrent = isNewer(DEBIAN, BUILD);
    build(archive, PRODUCT, isCurrent ? "--debian" : "--keep-debian", DEBIAN);
    layout = Files.createDirectory(directory.resolve("layout"));
    done("tar", "-C", layout.toString(), "-xf", archive.toString());
    manifest = blob(json("index.json").get("manifests").get(0));
    config = blob(manifest.get("config"));
    Path root = Files.createDirectory(directory.resolve("root"));
    for (JsonNode layer : manifest.get("layers")) {
      String file = blobPath(layer).toString();
      done("tar", "-C", root.toString(), "--numeric-owner", "-xpzf", file);
    }
    Files.createDirectory(directory.resolve("work"));
    Files.createDirectory(directory.resolve("boot"));
    Files.write(directory.resolve("environment"), words(config.get("config").get("Env")));
    Files.write(directory.resolve("entrypoint"), words(config.get("config").get("Entrypoint")));
  }

  private static boolean isNewer(Path file, Path than) throws IOException {
    return Files.exists(file)
        && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(than)) > 0;
  }

  private static void build(Path output, Path product, String option, Path debian)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(BUILD.toString(), option, debian.toString()));
    words.addAll(List.of("--output", output.toString(), "--product", product.toString()));
    SOURCES.stream()
        .filter(Files::exists)
        .findFirst()
        .ifPresent(file -> words.addAll(List.of("--sources", file.toString())));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("MB unpacked").contains("Baseimage-docker");
  }

  private static void done(String... command) {
    Commands.Outcome outcome = Commands.run(command);
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asString()));
    return words;
  }

  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readString(layout.resolve(name)));
  }

  private static Path blobPath(JsonNode described) {
    return layout.resolve("blobs/" + described.get("digest").asString().replace(':', '/'));
  }

  private static JsonNode blob(JsonNode described) throws IOException {
    return new ObjectMapper().readTree(Files.readString(blobPath(described)));
  }

  private static String sha256(InputStream content) throws IOException {
    try (content) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
      return "sha256:" + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(Path file) throws IOException {
    return sha256(Files.newInputStream(file));
  }

  // OCI image specification: descriptor.md, manifest.md, config.md
  @Test
  void layout_descriptors_sayWhatTheBlobsAre() throws IOException {
    List<JsonNode> described = new ArrayList<>(List.of(manifest.get("config")));
    manifest.get("layers").forEach(described::add);
    described.add(json("index.json").get("manifests").get(0));
    for (JsonNode one : described) {
      assertThat(sha256(blobPath(one))).isEqualTo(one.get("digest").asString());
      assertThat(Files.size(blobPath(one))).isEqualTo(one.get("size").asLong());
    }
    try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
      assertThat(blobs).hasSize(described.size());
    }
    assertThat(json("oci-layout").get("imageLayoutVersion").asString()).isEqualTo("1.0.0");
  }

  // OCI image specification, config.md: DiffIDs are digests of the uncompressed layers
  @Test
  void config_layers_areNamedByTheirContent() throws IOException {
    List<String> unpacked = new ArrayList<>();
    for (JsonNode layer : manifest.get("layers")) {
      assertThat(layer.get("mediaType").asString())
          .isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip");
      unpacked.add(sha256(new GZIPInputStream(Files.newInputStream(blobPath(layer)))));
    }
    assertThat(words(config.get("rootfs").get("diff_ids"))).isEqualTo(unpacked);
  }

  @Test
  void archive_toDocker_namesTheSameBlobs() throws IOException {
    JsonNode image = json("manifest.json").get(0);

    assertThat(layout.resolve(image.get("Config").asString()))
        .isEqualTo(blobPath(manifest.get("config")));
    assertThat(words(image.get("Layers")).stream().map(layout::resolve))
        .containsExactlyElementsOf(
            manifest.get("layers").valueStream().map(ImageTest::blobPath).toList());
    assertThat(image.get("RepoTags").get(0).asString()).startsWith("peregrine:");
  }

  @Test
  void archive_toAnotherReader_isWhole() throws IOException {
    Path copy = directory.resolve("copy");
    done("skopeo", "copy", "oci-archive:" + archive, "dir:" + copy);
    done("skopeo", "inspect", "docker-archive:" + archive);

    assertThat(Files.exists(copy.resolve("manifest.json"))).isTrue();
  }

  @Test
  void build_onceMore_makesTheSameBytes() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    String parts =
        """
        cd "$0"
        mkdir -p debian/etc debian/usr/lib product/lib product/runtime/bin
        echo 'docker_env:x:8377:' >debian/etc/group
        echo 'PRETTY_NAME="Small"' >debian/usr/lib/os-release
        touch product/lib/peregrine-server-1.jar
        cp /bin/true product/runtime/bin/java
        tar -C debian -cf debian.tar .
        """;
    done("sh", "-ec", parts, small.toString());
    List<String> made = new ArrayList<>();
    for (String name : List.of("one.tar", "two.tar")) {
      Path output = small.resolve(name);
      build(output, small.resolve("product"), "--debian", small.resolve("debian.tar"));
      made.add(sha256(output));
    }
    assertThat(made.get(1)).isEqualTo(made.get(0));
  }

  @Test
  void root_hasNoProgramThatGivesRights() {
    assertThat(inRoot("find . -xdev -type f -perm /6000")).isEmpty();
    assertThat(inRoot("getcap -r . 2>/dev/null || :")).isEmpty();
  }

  @Test
  void root_isSmall() {
    assertThat(inRoot("ls usr/sbin | grep -E '^(sshd|cron|syslog)' || :")).isEmpty();
    assertThat(
            inRoot("find usr/share/doc usr/share/man usr/share/locale -type f ! -name copyright"))
        .isEmpty();
    assertThat(inRoot("find var/lib/apt/lists var/cache/apt -type f")).isEmpty();
  }

  @Test
  void root_tellsNothingOfTheMachineItWasMadeOn() {
    assertThat(inRoot("ls etc/hostname etc/resolv.conf 2>/dev/null || :")).isEmpty();
    assertThat(inRoot("find dev -mindepth 1")).isEmpty();
    assertThat(inRoot("cat etc/machine-id 2>/dev/null || :")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "etc/my_init.d,755 0:0",
    "etc/my_init.pre_shutdown.d,755 0:0",
    "etc/my_init.post_shutdown.d,755 0:0",
    "etc/service,755 0:0",
    "etc/container_environment,700 0:0",
    "etc/container_environment.sh,640 0:8377",
    "etc/container_environment.json,640 0:8377",
    "tmp,1777 0:0",
  })
  void root_places_haveTheirModes(String place, String mode) {
    assertThat(inRoot("stat -c '%a %u:%g' " + place)).isEqualTo(mode);
  }

  private static String inRoot(String line) {
    Commands.Outcome outcome =
        Commands.run("sh", "-c", "cd \"$0/root\" && " + line, directory.toString());
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome.output().strip();
  }

  @Test
  void boot_withACommand_hasItsCodeAndOutput() throws Exception {
    try (Boot boot = new Boot("", "sh", "-c", "echo told; exit 42")) {
      assertThat(boot.code()).isEqualTo(42);
      assertThat(boot.output()).contains("told");
    }
  }

  @Test
  void boot_toldToStop_endsInOrderWithTheCommandsCode() throws Exception {
    String files =
        """
        printf '#!/bin/sh\\necho script\\n' >etc/my_init.d/10_script
        printf '#!/bin/sh\\necho hook\\n' >etc/my_init.post_shutdown.d/10_hook
        chmod 755 etc/my_init.d/10_script etc/my_init.post_shutdown.d/10_hook
        """;
    String command = "trap 'echo down; exit 0' TERM; echo up; sleep 1000 & wait";
    try (Boot boot = new Boot(files, "/sbin/my_init", "--", "sh", "-c", command)) {
      Await.until("the command runs", () -> boot.output().contains("up"));
      boot.terminate();

      assertThat(boot.code()).as(boot.output()).isZero();
      assertThat(boot.output()).containsSubsequence("script", "up", "down", "hook");
      assertThat(boot.output().lines()).containsOnlyOnce("script");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "locale charmap                                         | UTF-8",
        "setuser nobody id -un                                  | nobody",
        "setuser nobody:docker_env id -g                        | 8377",
        "apt-get check -q                                       | Reading package lists",
        "apt-config dump Acquire::Languages                     | none",
        "install_clean --help                                   | PACKAGE",
        "policy-rc.d any start; echo $?                         | 101",
        "peregrine version                                      | peregrine",
        "grep -l init.aot /proc/1/maps                          | /proc/1/maps",
        "bash -lc 'my_init --help'                              | my_init",
        "ls -d /usr/share/zoneinfo/UTC /etc/ssl/certs/ca-certificates.crt | ca-certificates",
      })
  void boot_command_findsWhatItNeeds(String line, String expected) throws Exception {
    try (Boot boot = new Boot("", "sh", "-c", line)) {
      assertThat(boot.code()).as(boot.output()).isZero();
      assertThat(boot.output()).contains(expected);
    }
  }

  /// The image as process 1 of namespaces of its own; what it changes is gone afterwards.
  private static final class Boot implements AutoCloseable {
    private final Process process;
    private final Path log;

    Boot(String files, String... command) throws IOException {
      log = Files.createTempFile(directory, "boot", ".log");
      List<String> words = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork"));
      words.addAll(List.of("--uts", "--ipc", "--kill-child", "/bin/sh", "-c", BOOT));
      words.add(directory.toString());
      words.addAll(List.of(command));
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().put("BOOT_FILES", files);
      builder.redirectInput(Path.of("/dev/null").toFile());
      process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    String output() {
      return Commands.text(log);
    }

    int code() throws InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output()).isTrue();
      return process.exitValue();
    }

    void terminate() {
      long first =
          Procs.all().stream()
              .filter(pid -> Procs.parent(pid) == process.pid())
              .findFirst()
              .orElseThrow();
      Procs.signal(first, "TERM");
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
