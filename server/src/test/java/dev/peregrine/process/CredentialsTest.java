package dev.peregrine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.process.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  private static final List<String> PASSWD =
      List.of(
          "# comment",
          "root:x:0:0:root:/root:/bin/bash",
          "web:x:1001:1002:Web,,,:/srv/web:",
          "broken:x:one:2::/:/bin/sh",
          "short:x:5",
          "4711:x:1003:1003::/home/4711:/bin/sh",
          "huge:x:4294967294:4294967294::/:/bin/sh");
  private static final List<String> GROUP =
      List.of("root:x:0:", "web:x:1002:", "log:x:4:adm,web", "webs:x:5:webs", "ssl:x:6:web");

  @TempDir Path directory;

  @Test
  void find_name_hasAllItsGroups() {
    assertThat(Credentials.find(PASSWD, GROUP, "web"))
        .contains(account("web", 1001, List.of(1002, 4, 6), "/srv/web"));
  }

  @Test
  void find_number_isTheAccountOfThatNumber() {
    assertThat(Credentials.find(PASSWD, GROUP, "1001").orElseThrow().user()).hasToString("web");
  }

  @Test
  void find_nameOfDigits_isTheName() {
    assertThat(Credentials.find(PASSWD, GROUP, "4711").orElseThrow().uid()).isEqualTo(1003);
  }

  @Test
  void find_numberWithoutAccount_isThatNumberAlone() {
    assertThat(Credentials.find(PASSWD, GROUP, "5000"))
        .contains(account("5000", 5000, List.of(5000), "/"));
  }

  @Test
  void find_unknownOrBroken_isEmpty() {
    assertThat(Credentials.find(PASSWD, GROUP, "nobody-here")).isEmpty();
    assertThat(Credentials.find(PASSWD, GROUP, "broken")).isEmpty();
    assertThat(Credentials.find(PASSWD, GROUP, "short")).isEmpty();
    assertThat(Credentials.find(PASSWD, GROUP, "")).isEmpty();
    assertThat(Credentials.find(PASSWD, GROUP, "99999999999")).isEmpty();
  }

  @Test
  void find_highNumber_isUnsigned() {
    assertThat(Credentials.find(PASSWD, GROUP, "huge").orElseThrow().uid()).isEqualTo(-2);
  }

  @Test
  void find_greatestNumber_isNobodys() {
    assertThat(Credentials.find(PASSWD, GROUP, "4294967295")).isEmpty();
  }

  @Test
  void find_accountInAnyEncoding_keepsItsBytes() {
    List<String> latin =
        List.of("m\u00fc:x:1010:1010::/home/m\u00fc:/bin/sh"); // a byte a character
    Credentials account = Credentials.find(latin, List.of(), "m\u00fc").orElseThrow();

    assertThat(account.user().bytes()).containsExactly('m', 0xfc);
    assertThat(account.home().bytes()).endsWith('m', 0xfc);
  }

  @Test
  void groupId_ofNameNumberOrNothing() {
    assertThat(Credentials.groupId(GROUP, "ssl")).contains(6);
    assertThat(Credentials.groupId(GROUP, "4711")).contains(4711);
    assertThat(Credentials.groupId(GROUP, "none")).isEmpty();
    assertThat(Credentials.groupId(GROUP, "")).isEmpty();
    assertThat(Credentials.groupId(GROUP, "4294967295")).isEmpty();
  }

  @Test
  void inGroup_ofAnAccount_leavesAllOtherGroups() throws Exception {
    Credentials web = Credentials.find(PASSWD, GROUP, "web").orElseThrow();
    Credentials changed = web.inGroup(RawString.of("4712")).orElseThrow();

    assertThat(changed.gid()).isEqualTo(4712);
    assertThat(changed.groups()).containsExactly(4712);
    assertThat(changed.home()).isEqualTo(web.home());
  }

  @Test
  void ofOwner_file_isWhoOwnsIt() throws Exception {
    Path file = Files.createFile(directory.resolve("config.ru"));
    assertThat(Credentials.ofOwner(file).uid()).isEqualTo(Posix.uid());
  }

  @Test
  void ofOwner_link_isWhoOwnsTheLink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/no/such/target"));
    assertThat(Credentials.ofOwner(link).uid()).isEqualTo(Posix.uid());
  }

  @Test
  void applyTo_environment_setsTheFourNames() {
    Credentials web = Credentials.find(PASSWD, GROUP, "web").orElseThrow();
    assertThat(web.applyTo(Environment.empty()).toMap())
        .containsEntry("HOME", "/srv/web")
        .containsEntry("USER", "web")
        .containsEntry("LOGNAME", "web")
        .containsEntry("SHELL", "/bin/sh");
  }

  private static Credentials account(String user, int uid, List<Integer> groups, String home) {
    return new Credentials(
        RawString.of(user),
        uid,
        groups.getFirst(),
        groups,
        RawString.of(home),
        RawString.of("/bin/sh"));
  }
}
