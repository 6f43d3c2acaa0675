package dev.peregrine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemsTest {
  @TempDir Path directory;

  private Setup setup() {
    return new Setup(directory);
  }

  private List<String> yaml(String text) {
    return setup().yaml(text).problems();
  }

  private List<String> json(String text) {
    return setup().passenger(text).problems();
  }

  @Test
  void load_severalProblems_tellsAll() {
    Setup setup =
        setup()
            .yaml("max_pool_size: 0\nprot: 80\nmemory_limit: 12KB\n")
            .passenger("{\"min_instances\": -1}")
            .variable("PEREGRINE_PORT", "http")
            .flag("--start-timeout", "soon");
    assertThat(setup.problems())
        .containsExactly(
            "--start-timeout: start_timeout: soon (expected a duration from 1s to 1d, such as"
                + " 500ms, 30s or 5m); write for example `--start-timeout 1m`",
            "PEREGRINE_PORT: port: http (expected a whole number from 0 to 65535); set for example"
                + " PEREGRINE_PORT=3000, or unset it",
            "peregrine.yaml:1:16: max_pool_size: 0 (expected a whole number from 1 to 10000); write"
                + " for example `max_pool_size: 6`",
            "peregrine.yaml:2:1: prot: an unknown option (expected an option of docs/options.md,"
                + " perhaps port); write port, or remove the line",
            "peregrine.yaml:3:15: memory_limit: 12KB (expected a size from 16MiB to 1024GiB, in MiB or"
                + " such as 64KiB, 1GiB, or unlimited); write for example `memory_limit: 16MiB`",
            "Passengerfile.json:1:19: min_instances: -1 (expected a whole number from 0 to 10000);"
                + " write for example `\"min_instances\": 1`");
  }

  @Test
  void load_nothingAsValue_saysSo() {
    assertThat(yaml("port:\n"))
        .containsExactly(
            "peregrine.yaml:1:6: port: nothing (expected a whole number from 0 to 65535); write for"
                + " example `port: 3000`");
  }

  @Test
  void load_listAsValue_saysSo() {
    assertThat(yaml("port: [1, 2]"))
        .containsExactly(
            "peregrine.yaml:1:7: port: a list (expected a whole number from 0 to 65535); write for"
                + " example `port: 3000`");
  }

  @Test
  void load_mappingAsValue_saysSo() {
    assertThat(yaml("name: {a: b}").getFirst()).startsWith("peregrine.yaml:1:7: name: a mapping (");
  }

  @Test
  void load_wrongItemOfAList_namesItsPlace() {
    assertThat(yaml("trusted_proxies:\n  - 10.0.0.0/8\n  - 10.0.0.0/33\n"))
        .containsExactly(
            "peregrine.yaml:3:5: trusted_proxies: 10.0.0.0/33 (expected an IP address or block, such"
                + " as 10.0.0.0/8); write for example `trusted_proxies: 10.0.0.0/8`");
  }

  @Test
  void load_wrongVariableName_namesItsPlace() {
    assertThat(yaml("envvars:\n  \"A B\": c\n").getFirst())
        .startsWith("peregrine.yaml:2:10: envvars: c (expected names with values");
  }

  @Test
  void load_keyTwice_namesBothLines() {
    assertThat(yaml("port: 1\nname: a\nport: 2\n"))
        .containsExactly(
            "peregrine.yaml:3:1: port: given a second time, after line 1 (expected each option"
                + " once); remove one of the two lines");
  }

  @Test
  void load_keyAndAlias_namesBoth() {
    assertThat(json("{\"max_pool_size\": 1,\n\"max_instances\": 2}"))
        .containsExactly(
            "Passengerfile.json:2:1: max_instances: given a second time, after line 1 where it is"
                + " called max_pool_size (expected each option once); remove one of the two lines");
  }

  @Test
  void load_jsonKeyTwice_namesBothLines() {
    assertThat(json("{\"port\": 1,\n\"port\": 2}"))
        .containsExactly(
            "Passengerfile.json:2:1: port: given a second time, after line 1 (expected each option"
                + " once); remove one of the two lines");
  }

  @Test
  void load_emptyFile_isRefused() {
    assertThat(yaml(""))
        .containsExactly(
            "peregrine.yaml: the file: an empty file (expected options); write an option into it, or"
                + " remove it");
  }

  @Test
  void load_onlyComments_isFine() {
    assertThat(yaml("# port: 80\n")).isEmpty();
  }

  @Test
  void load_halfWrittenYaml_isRefused() {
    assertThat(yaml("port: 80\nmax_poo"))
        .containsExactly(
            "peregrine.yaml:2:8: the file: could not find expected ':' (expected YAML); correct the"
                + " line, or the one before it");
    assertThat(yaml("max_poo"))
        .containsExactly(
            "peregrine.yaml:1:1: the file: max_poo (expected lines of the form `option: value`);"
                + " check that the file is complete");
  }

  @Test
  void load_badIndentation_namesThePlace() {
    assertThat(yaml("port: 80\n  name: a\n").getFirst())
        .startsWith("peregrine.yaml:2:7: the file:");
  }

  @Test
  void load_tabs_areRefused() {
    assertThat(yaml("envvars:\n\tA: b\n").getFirst()).startsWith("peregrine.yaml:2:1: the file:");
  }

  @Test
  void load_twoDocuments_areRefused() {
    assertThat(yaml("port: 80\n---\nport: 81\n"))
        .containsExactly(
            "peregrine.yaml:3:1: the file: a second document (expected one document); remove the"
                + " line `---`");
  }

  @Test
  void load_halfWrittenJson_isRefused() {
    assertThat(json("{\n  \"port\": 80,\n  \"max"))
        .singleElement()
        .asString()
        .startsWith("Passengerfile.json:3:")
        .endsWith(
            "the file: the end of the file (expected one complete JSON object); correct the line,"
                + " or the one before it");
  }

  @Test
  void load_brokenJson_namesThePlace() {
    assertThat(json("{\n  \"port\": 80\n  \"name\": 1}").getFirst())
        .startsWith("Passengerfile.json:3:3: the file: Unexpected character");
  }

  @Test
  void load_jsonWithMoreAfterIt_isRefused() {
    assertThat(json("{\"port\": 80}\n{}"))
        .containsExactly(
            "Passengerfile.json:2:1: the file: more text after the end of the object (expected one"
                + " JSON object); remove what follows it");
  }

  @Test
  void load_jsonList_isRefused() {
    assertThat(json("[1]"))
        .containsExactly(
            "Passengerfile.json:1:1: the file: a list (expected one JSON object); check that the"
                + " file is complete");
  }

  @Test
  void load_notUtf8_namesThePlace() {
    Setup setup =
        setup()
            .file("peregrine.yaml", "port: 80\nname: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(setup.problems())
        .containsExactly(
            "peregrine.yaml:2:7: the file: byte 0xe9 (expected text in UTF-8); save the file in"
                + " UTF-8");
  }

  @Test
  void load_zeroBytes_areRefused() {
    Setup setup =
        setup().file("peregrine.yaml", "port: 80\n\0\0\0".getBytes(StandardCharsets.UTF_8));
    assertThat(setup.problems())
        .containsExactly(
            "peregrine.yaml:2:1: the file: byte 0x00 (expected text without control characters);"
                + " write the file anew: it is damaged");
  }

  @Test
  void load_byteOrderMark_isSkipped() {
    assertThat(yaml("\ufeffport: 80")).isEmpty();
  }

  @Test
  void load_tooLarge_isRefused() {
    assertThat(yaml("#".repeat(SourceFile.MAX_BYTES + 1)))
        .containsExactly(
            "peregrine.yaml: the file: more than 512 KiB (expected a file of at most 512 KiB);"
                + " check that this is the configuration");
  }

  @Test
  void load_deepNesting_isRefused() {
    assertThat(yaml("envvars: " + "[".repeat(200) + "]".repeat(200)).getFirst())
        .contains("nested deeper than 8 levels");
  }

  @Test
  void load_deepNestingInJson_isRefused() {
    assertThat(json("{\"envvars\": " + "[".repeat(200) + "]".repeat(200) + "}").getFirst())
        .contains("one complete JSON object");
  }

  @Test
  void load_manyAliases_areRefused() {
    String bomb =
        "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c]\nport: *d\n";
    assertThat(yaml(bomb)).isNotEmpty();
  }

  @Test
  void load_directoryAsFile_isRefused() throws Exception {
    Files.createDirectory(directory.resolve("peregrine.yaml"));
    assertThat(setup().problems())
        .containsExactly(
            "peregrine.yaml: the file: a directory (expected a file); replace it by a file, or"
                + " remove it");
  }

  @Test
  void load_danglingLink_isRefused() throws Exception {
    Files.createSymbolicLink(directory.resolve("peregrine.yaml"), directory.resolve("gone"));
    assertThat(setup().problems())
        .containsExactly(
            "peregrine.yaml: the file: not a regular file (expected a file); replace it by a file,"
                + " or remove it");
  }

  @Test
  void load_noAppDirectory_isTold() {
    Path gone = directory.resolve("gone");
    ConfigSources sources = new ConfigSources(gone, directory, List.of(), Map.of());
    assertThat(((ConfigResult.Rejected) ConfigLoader.load(sources)).problems())
        .extracting(Problem::describe)
        .containsExactly(
            gone
                + ": the app's directory: not there (expected a readable directory); name the"
                + " directory that holds the app");
  }

  @Test
  void load_moreMinThanMax_namesBoth() {
    assertThat(yaml("min_instances: 7"))
        .containsExactly(
            "peregrine.yaml:1:1: min_instances: 7 (expected at most max_pool_size, which is 6 by"
                + " default); lower it, or raise max_pool_size");
  }

  @Test
  void load_minAboveAWrongMax_isToldOnce() {
    assertThat(yaml("min_instances: 7\nmax_pool_size: x")).hasSize(1);
  }

  @Test
  void load_hardLimitBelowSoft_namesBoth() {
    assertThat(yaml("memory_limit: 512\nhard_memory_limit: 256MiB"))
        .containsExactly(
            "peregrine.yaml:2:1: hard_memory_limit: 256MiB (expected at least memory_limit, which is"
                + " 512MiB); raise it, or lower memory_limit");
  }

  @Test
  void load_longSocketPath_isRefused() {
    assertThat(setup().flag("-S", "/tmp/" + "a".repeat(120)).problems())
        .containsExactly(
            "-S: socket_file: a path of 125 bytes (expected at most 107); choose a shorter path");
  }

  @Test
  void load_missingDirectories_areTold() {
    assertThat(yaml("data_buffer_dir: gone\npid_file: gone/pid\ncustom_error_page: gone.html\n"))
        .hasSize(3)
        .allMatch(problem -> problem.contains(directory + "/gone"));
  }

  @Test
  void load_staticDirectoryNotThere_warns() {
    assertThat(setup().yaml("static_files_dir: dist").warnings())
        .containsExactly("peregrine.yaml:1:1: static_files_dir is not there yet");
  }

  @Test
  void load_accessLogFileWithoutLog_warns() {
    assertThat(setup().yaml("access_log_file: access.log").warnings())
        .containsExactly(
            "peregrine.yaml:1:1: access_log_file has no effect while access_log is off");
  }

  @Test
  void load_otherFileEnding_warns() {
    assertThat(setup().file("peregrine.yml", new byte[] {'a'}).warnings())
        .containsExactly("peregrine.yml is not read; the file is called peregrine.yaml");
  }

  @Test
  void load_controlCharactersInAValue_areEscaped() {
    assertThat(setup().variable("PEREGRINE_PORT", "8\u001b[2J\n0").problems().getFirst())
        .contains("port: \"8\\x1b[2J\\n0\" (");
  }
}
