//! Input that is broken, huge, endless or hostile: a clear message, a documented exit status, bounded time and memory.

use std::fmt::Write as _;
use std::fs::File;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::cli::{Folder, PATIENCE, Run, words};

/// The most memory that a run may hold, in KiB: 512 MiB.
const MEMORY_KIB: usize = 512 << 10;

/// Runs `kenarc` in a folder with bounded memory and time: past either it is killed.
#[track_caller]
fn bounded(folder: &Folder, arguments: &str) -> Run {
    bounded_with(folder, arguments, Stdio::null())
}

/// Returns the same, with something to read on stdin.
#[track_caller]
fn bounded_with(folder: &Folder, arguments: &str, stdin: impl Into<Stdio>) -> Run {
    // Into files, so that no output is too long to be taken.
    let file = |name: &str| File::create(folder.path(name)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kenarc"))
        .args(words(arguments))
        .current_dir(folder.path(""))
        .env_clear()
        .stdin(stdin)
        .stdout(file(".stdout"))
        .stderr(file(".stderr"))
        .spawn()
        .unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let is_beyond = |what: &str| panic!("too {what}: {arguments:.100}");
        let (time, memory) = (started.elapsed(), peak_memory_kib(child.id()));
        if time > PATIENCE || memory > MEMORY_KIB {
            child.kill().unwrap();
            child.wait().unwrap();
            is_beyond(if time > PATIENCE { "slow" } else { "large" });
        }
        sleep(Duration::from_millis(2));
    };
    let read = |name: &str| {
        let length = std::fs::metadata(folder.path(name)).unwrap().len();
        assert!(length < 64 << 20, "{length} bytes of output: {arguments:.100}");
        std::fs::read(folder.path(name)).unwrap()
    };
    Run::ended(Output { status, stdout: read(".stdout"), stderr: read(".stderr") })
}

/// Returns the most memory that a process has held so far; 0 where the system does not say.
fn peak_memory_kib(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
    peak.map_or(0, |peak| peak.trim().parse().unwrap())
}

/// Checks a template that is wrong: every finding in one line.
#[track_caller]
fn refused(template: impl AsRef<[u8]>) -> String {
    let folder = Folder::with("t.yaml", template);
    let run = bounded(&folder, "check --quiet --format concise t.yaml");
    assert_eq!((run.status, run.stderr.as_str()), (1, ""), "{run}");
    // Nobody reads thousands of lines of one mistake.
    assert!(run.stdout.lines().count() <= 100, "{} findings", run.stdout.lines().count());
    // So do the source that people are shown, and the other commands.
    let full = bounded(&folder, "check --quiet t.yaml");
    assert!(full.status == 1 && !full.stdout.is_empty() && full.stdout.len() < 3 << 20, "{} bytes", full.stdout.len());
    let rendered = bounded(&folder, "render t.yaml --var a=1");
    assert!(rendered.status == 1 && rendered.stdout.is_empty() && !rendered.stderr.is_empty(), "{rendered}");
    run.stdout
}

/// Checks a template whose example cannot be rendered; the example gives `a`.
#[track_caller]
fn refused_message(message: &str) -> String {
    refused(format!("message: \"{message}\"\nexamples: {{ one: {{ a: 1 }} }}\n"))
}

/// One finding with this in its message.
#[track_caller]
fn assert_one(findings: &str, words: &str) {
    assert!(findings.lines().count() == 1 && findings.contains(words), "{words:?}: {findings}");
}

mod text {
    use super::*;

    #[test]
    fn files_that_are_not_utf_8_are_rejected() {
        assert_snapshot!(refused(b"message: x\ndescription: \"\xd9\x85 \xff\xfe\"\n"), @"t.yaml:2:17: error[yaml-syntax]: invalid UTF-8: this byte is not UTF-8");
        assert_one(&refused(b"\xff\xfem\0e\0s\0s\0a\0g\0e\0"), "not UTF-8");
    }

    #[test]
    fn nul_and_other_control_characters() {
        assert_snapshot!(refused("message: a\0b\n"), @"t.yaml:1:11: error[yaml-syntax]: control character in YAML: found U+0000");
        assert_snapshot!(refused("message: \"\u{1b}[31m\"\n"), @"t.yaml:1:11: error[yaml-syntax]: control character in YAML: found U+001B");
        assert!(refused("\0".repeat(100_000)).contains("U+0000"));
    }

    #[test]
    fn empty() {
        assert_snapshot!(refused(""), @"t.yaml:1:1: error[yaml-syntax]: empty document: expected a mapping");
        assert_snapshot!(refused("# nothing but a comment\n"), @"t.yaml:1:1: error[yaml-syntax]: empty document: expected a mapping");
        for nothing in ["\n\n", "\u{feff}", "---\n", "---\n...\n", "null\n", "~\n"] {
            assert_eq!(refused(nothing).lines().count(), 1, "{nothing:?}");
        }
    }

    #[test]
    fn something_else_than_a_mapping() {
        assert_snapshot!(refused("- message: x\n"), @"t.yaml:1:1: error[wrong-type]: wrong type for the template: expected a mapping, found a list");
        assert_snapshot!(refused("سلام\n"), @"t.yaml:1:1: error[wrong-type]: wrong type for the template: expected a mapping, found a string");
        refused("42\n");
    }

    #[test]
    fn two_documents() {
        assert_snapshot!(refused("message: a\n---\nmessage: b\n"), @"t.yaml:2:1: error[yaml-syntax]: several documents in a file: a second document begins here");
    }

    #[test]
    fn another_format() {
        for other in [
            "<html><body>x</body></html>\n",
            "message = \"x\"\n",
            "%PDF-1.4\n%\u{e2}\u{e3}\n",
            "#!/bin/sh\necho x\n",
            "@@@\n",
        ] {
            refused(other);
        }
    }

    #[test]
    fn a_hundred_mebibytes() {
        let folder = Folder::with("t.yaml", "message: x\n");
        // A sparse file, so that the disk is not filled.
        std::fs::File::options().write(true).open(folder.path("t.yaml")).unwrap().set_len(100 << 20).unwrap();
        assert_snapshot!(bounded(&folder, "check --quiet t.yaml"), @r"
        exit status 1
        --- stdout
        yaml-syntax

          × file is larger than 1 MiB
           ╭─[t.yaml:1:1]
           ╰────
        ");
        let rendered = bounded(&folder, "render t.yaml");
        assert!(rendered.status == 1 && rendered.stderr.contains("larger than 1 MiB"), "{rendered}");
        folder.write("small.yaml", "message: x\n");
        let variables = bounded(&folder, "render small.yaml --vars t.yaml");
        assert!(variables.status == 1 && variables.stderr.contains("larger than 1 MiB"), "{variables}");
    }

    #[test]
    fn endless_stdin() {
        let folder = Folder::empty();
        let mut endless = Command::new("yes").arg("a: b").stdout(Stdio::piped()).spawn().unwrap();
        let run = bounded_with(&folder, "check --quiet --format concise -", endless.stdout.take().unwrap());
        endless.wait().unwrap();
        assert!(run.status == 1 && run.stdout.contains("larger than 1 MiB"), "{run}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn endless_device() {
        let folder = Folder::with("small.yaml", "message: x\n");
        for arguments in ["check --quiet /dev/zero", "render /dev/zero", "render small.yaml --vars /dev/zero"] {
            let run = bounded(&folder, arguments);
            assert!(run.status == 1 && (run.stdout + &run.stderr).contains("larger than 1 MiB"), "{arguments}");
        }
    }

    #[test]
    fn a_mebibyte_is_read_and_a_byte_more_is_not() {
        let text = |bytes: usize| format!("message: x\n#{}\n", "x".repeat(bytes - 13));
        let folder = Folder::with("t.yaml", text(1 << 20));
        assert_eq!(bounded(&folder, "check --quiet t.yaml").status, 0);
        assert_one(&refused(text((1 << 20) + 1)), "larger than 1 MiB");
    }

    #[test]
    fn a_mebibyte_of_almost_anything() {
        for piece in ["[", "\"", "a: ", "\n", "&a ", "*a ", "{{ ", "|\n", "<<: ", "\r", "پ", "- -\n", "---\n"] {
            let folder = Folder::with("t.yaml", piece.repeat((1 << 20) / piece.len()));
            let run = bounded(&folder, "check --quiet --format concise t.yaml");
            assert!(
                run.status == 1 && !run.stdout.is_empty() && run.stderr.is_empty(),
                "{piece:?}: {:?} {:.300}",
                run.status,
                run.stderr
            );
        }
    }
}

mod nesting_and_aliases {
    use super::*;

    #[test]
    fn a_hundred_thousand_brackets() {
        assert_snapshot!(refused("[".repeat(100_000)), @"t.yaml:1:65: error[yaml-syntax]: document nests too deeply: expected at most 64 nested lists and mappings");
        assert_one(&refused("{a: ".repeat(100_000)), "document nests too deeply: expected at most 64 nested");
        assert_one(&refused("- ".repeat(100_000)), "document nests too deeply: expected at most 64 nested");
    }

    #[test]
    fn sixty_four_levels_are_read_and_one_more_is_not() {
        let text = |depth: usize| format!("message: x\nx-a: {}{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1));
        assert_eq!(bounded(&Folder::with("t.yaml", text(64)), "check --quiet t.yaml").status, 0);
        assert_one(&refused(text(65)), "document nests too deeply: expected at most 64 nested");
    }

    #[test]
    fn blocks_that_nest_by_indentation() {
        let blocks = (1..400).fold(String::new(), |text, depth| text + &" ".repeat(depth) + "a:\n");
        assert_one(
            &refused(format!("message: x\nx-a:\n{blocks}")),
            "document nests too deeply: expected at most 64 nested",
        );
    }

    #[test]
    fn bomb_of_aliases() {
        let mut bomb = "message: x\nx-a: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for level in 1..20 {
            let alias = format!("*a{},", level - 1);
            writeln!(bomb, "x-{level}: &a{level} [{}]", alias.repeat(10)).unwrap();
        }
        let findings = refused(&bomb);
        assert!(findings.contains("aliases expand to too many values: expected at most 10000 values"), "{findings}");
    }

    #[test]
    fn labels_that_are_far_apart_in_one_line() {
        let text = format!("{{\"message\": \"x\", \"x-a\": \"{}\", \"message\": \"y\"}}", "a".repeat(70_000));
        let folder = Folder::with("t.json", text);
        let run = bounded(&folder, "check --quiet t.json");
        assert!(run.status == 1 && run.stdout.contains("duplicate key") && !run.stderr.contains("panicked"), "{run}");
    }

    #[test]
    fn bomb_of_merge_keys() {
        let mut bomb = "message: x\nx-a: &a0 { k: 1 }\n".to_owned();
        for level in 1..40 {
            writeln!(bomb, "x-{level}: &a{level} {{ <<: [*a{0}, *a{0}], k{level}: [*a{0}, *a{0}] }}", level - 1)
                .unwrap();
        }
        assert!(refused(&bomb).contains("aliases expand to too many values: expected at most 10000 values"));
    }

    #[test]
    fn alias_inside_of_what_it_stands_for() {
        assert_snapshot!(refused("message: x\nx-a: &a [*a]\n"), @"t.yaml:2:10: error[yaml-syntax]: recursive alias `*a`: refers to a value that contains it");
        assert_snapshot!(refused("message: x\nx-a: &a { b: { <<: *a } }\n"), @"t.yaml:2:20: error[yaml-syntax]: recursive alias `*a`: refers to a value that contains it");
    }

    #[test]
    fn bomb_in_a_file_of_variables() {
        let mut bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for level in 1..12 {
            writeln!(bomb, "a{level}: &a{level} [{}]", format!("*a{},", level - 1).repeat(10)).unwrap();
        }
        let folder = Folder::with("t.yaml", "message: x\n").and("v.yaml", bomb).and("deep.yaml", "[".repeat(100_000));
        let run = bounded(&folder, "render t.yaml --vars v.yaml");
        assert!(run.status == 1 && run.stderr.contains("expected at most 10000 values in a file"), "{run}");
        let run = bounded(&folder, "render t.yaml --vars deep.yaml");
        assert!(run.status == 1 && run.stderr.contains("expected at most 64 nested lists and mappings"), "{run}");
        let run = bounded(&folder, &format!("render t.yaml --var a={}", "[".repeat(100_000)));
        assert_eq!(run.status, 0, "text, since nothing is declared: {run}");
    }

    #[test]
    fn deep_value_of_a_flag_that_is_declared_a_list() {
        let folder = Folder::with("t.yaml", "variables: { a: { type: array } }\nmessage: x\n");
        let run = bounded(&folder, &format!("render t.yaml --var a={}", "[".repeat(100_000)));
        assert!(run.status == 1 && run.stdout.is_empty() && run.stderr.len() < 2 << 20, "{:.1000}", run.stderr);
    }
}

mod expressions {
    use super::*;

    #[test]
    fn loop_that_goes_on_for_ever() {
        assert_snapshot!(refused_message("{% for i in range(1000000000) %}x{% endfor %}"), @"t.yaml:1:23: error[invalid-example]: invalid example `one`: evaluation failed with these values: range has too many elements");
    }

    #[test]
    fn loop_in_a_loop() {
        let findings =
            refused_message("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}x");
        assert!(findings.contains("takes more than the steps that one message may take"), "{findings}");
    }

    #[test]
    fn loop_over_what_a_loop_made() {
        refused_message(&format!(
            "{{% set ns = namespace(x='aaaaaaaa') %}}{}y",
            "{% for i in ns.x %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}".repeat(9)
        ));
    }

    #[test]
    fn text_that_doubles() {
        let doubles = "{% set ns = namespace(x='aaaaaaaaaa') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}\
                       {% endfor %}{{ ns.x }}";
        assert!(refused_message(doubles).contains("takes more than the steps that one message may take"));
        let unused = "{% set ns = namespace(x='aaaaaaaaaa') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}\
                      {% endfor %}y";
        assert!(refused_message(unused).contains("takes more than the steps that one message may take"));
    }

    #[test]
    fn list_that_doubles_and_is_written_out() {
        let list = "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}\
                    {% endfor %}{{ ns.x | string }}";
        refused_message(list);
        refused_message(&list.replace("| string", "| tojson"));
        refused_message(&list.replace("[ns.x, ns.x]", "ns.x + ns.x").replace("| string", "| length"));
        let sent = "{% set ns = namespace(x=[1]) %}{% for i in range(30) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}";
        refused(format!(
            "message: x\nsender_buttons: [[{{icon: SUPPORT, caption: x, open_server_link: {{data: {{a: \"{sent}{{{{ ns.x }}}}\"}}}}}}]]\nexamples: {{ one: {{ a: 1 }} }}\n"
        ));
    }

    #[test]
    fn text_that_is_multiplied() {
        let many: String = (0..1000).map(|n| format!("{{% set a{n} = 'x' * 100000000 %}}")).collect();
        for expression in [
            "{{ 'x' * 100000000 }}",
            "{{ ('x' * 60000) * 60000 }}",
            "{{ [1] * 100000000 }}",
            "{{ 'x' * 9223372036854775807 }}",
            &many,
        ] {
            refused_message(expression);
        }
    }

    #[test]
    fn filters_that_blow_up() {
        for expression in [
            "{% set b = 'a' * 60000 %}{{ b | replace('a', b) }}",
            "{% set b = 'a' * 60000 %}{{ b | replace('', b) }}",
            "{{ range(60000) | join('a' * 60000) }}",
            "{{ '%1000000000d' | format(1) }}",
            "{{ '%*d' | format(1000000000, 1) }}",
            "{{ '%.1000000000f' | format(1.0) }}",
            "{{ [1] | batch(1000000000, 0) | list | length }}",
            "{{ [1] | slice(1000000000, 0) | list | length }}",
            "{{ 2 ** 1000000000 }}",
            "{{ 'x' | indent(1000000000) }}",
        ] {
            refused_message(expression);
        }
    }

    #[test]
    fn text_longer_than_a_message() {
        let huge = "z".repeat(500_000);
        assert_snapshot!(refused(format!("message: {}\nexamples: {{ one: {{ a: 1 }} }}\n", "z ".repeat(40_000))), @"t.yaml:1:10: error[invalid-example]: invalid example `one`: evaluation limit exceeded: takes more than 64 KiB of text in a message");
        refused_message(&format!("{{% for i in range(99999) %}}{huge}{{% endfor %}}"));
        refused_message(&format!("{{% set x %}}{{% for i in range(99999) %}}{huge}{{% endfor %}}{{% endset %}}q"));
        refused_message("{% for i in range(70000) %}x{% endfor %}");
    }

    #[test]
    fn expression_without_end() {
        for expression in [
            format!("{{{{ a{} }}}}", "+a".repeat(100_000)),
            format!("{{{{ {}a }}}}", "not ".repeat(100_000)),
            format!("{{{{ {}a{} }}}}", "(".repeat(100_000), ")".repeat(100_000)),
            format!("{{{{ {}a }}}}", "[".repeat(100_000)),
            format!("{{{{ a{} }}}}", "|length".repeat(50_000)),
            format!("{{{{ a{} }}}}", ".b".repeat(100_000)),
            format!("{{{{ a{} }}}}", "[0]".repeat(100_000)),
            format!("{{{{ a{} }}}}", " if a else a".repeat(30_000)),
            format!("{{{{ -{} }}}}", "-".repeat(100_000)),
            format!("{{{{ {} }}}}", "9".repeat(100_000)),
        ] {
            refused_message(&expression);
        }
    }

    #[test]
    fn blocks_without_end() {
        for expression in [
            format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(10_000)),
            "{% if a %}".repeat(10_000),
            "{% for a in a %}".repeat(10_000),
            format!("{}x{}", "{% if a %}".repeat(1_000), "{% endif %}".repeat(1_000)),
            "{% raw %}".repeat(10_000),
            "{{".repeat(100_000),
            "{#".repeat(100_000),
            "{% include 'x' %}".repeat(5_000),
        ] {
            refused_message(&expression);
        }
    }

    #[test]
    fn fifteen_thousand_expressions_that_loop() {
        let expression = "\"{% for i in range(30000) %}{% endfor %}a\",".repeat(15_000);
        let template = format!(
            "message: x\nsender_buttons: [[{{icon: SUPPORT, caption: a, open_server_link: {{data: {{a: [{expression}]}}}}}}]]\nexamples: {{one: {{a: 1}}}}\n"
        );
        assert!(refused(template).contains("takes more than the steps that one message may take"));
    }

    #[test]
    fn fifteen_thousand_expressions_that_make_long_lists() {
        let expression = "\"{{ range(99999) | list | length }}\",".repeat(15_000);
        let template = format!(
            "message: x\nsender_buttons: [[{{icon: SUPPORT, caption: a, open_server_link: {{data: {{a: [{expression}]}}}}}}]]\nexamples: {{one: {{a: 1}}}}\n"
        );
        refused(template);
    }

    #[test]
    fn three_hundred_examples_that_loop() {
        let examples: String = (0..300).map(|n| format!("  e{n}: {{ a: {n} }}\n")).collect();
        let folder = Folder::with(
            "t.yaml",
            format!(
                "message: \"{{% for i in range(99999) %}}{{% for j in range(99999) %}}{{% endfor %}}{{% endfor %}}x{{{{ a }}}}\"\nexamples:\n{examples}"
            ),
        );
        let run = bounded(&folder, "check --quiet --format concise t.yaml");
        assert!(
            run.status == 1 && run.stdout.contains("takes more than the steps that one message may take"),
            "{:.1000}",
            run.stdout
        );
    }

    #[test]
    fn loop_of_when_and_for_over_a_billion() {
        let button = "{icon: SUPPORT, caption: a, open_post_page: {post_token: t}";
        for template in [
            format!("message: x\nsender_buttons: [[{button}, for: i in range(1000000000)}}]]\n"),
            format!(
                "message: x\nsender_buttons: [{{for: i in range(99999), buttons: [{button}, for: j in range(99999)}}]}}]\n"
            ),
            format!(
                "message: x\nsender_buttons: [{{for: i in range(9999), when: \"range(99999) | list | length < 0\", buttons: [{button}}}]}}]\n"
            ),
        ] {
            let folder = Folder::with("t.yaml", template + "examples: {one: {a: 1}}\n");
            let run = bounded(&folder, "render t.yaml --example one");
            assert!(run.status == 1 && run.stdout.is_empty() && run.stderr.len() < 100_000, "{:.1000}", run.stderr);
        }
    }
}

mod sizes {
    use super::*;

    #[test]
    fn nine_thousand_rows() {
        let row = "  - [{icon: SUPPORT, caption: a, open_direct_link: \"https://a.example/\"}]\n";
        let findings = refused(format!("message: x\nsender_buttons:\n{}", row.repeat(9_000)));
        assert_one(&findings, "at most 3");
    }

    #[test]
    fn thirty_thousand_buttons_in_a_row() {
        let button = "{icon: SUPPORT, caption: a},";
        let folder = Folder::with("t.yaml", format!("message: x\nsender_buttons: [[{}]]\n", button.repeat(30_000)));
        let run = bounded(&folder, "check --quiet --format concise t.yaml");
        assert!(run.status == 1 && run.stdout.contains("too-many-buttons"), "{:.1000}", run.stdout);
    }

    #[test]
    fn every_one_of_two_hundred_thousand_lines_is_wrong() {
        let folder = Folder::with("t.yaml", "x: 1\n".repeat(200_000));
        for format in ["concise", "full"] {
            let run = bounded(&folder, &format!("check --quiet --format {format} t.yaml"));
            assert!(run.status == 1 && run.stdout.contains("duplicate key `x`"), "{:.1000}", run.stdout);
        }
    }

    #[test]
    fn five_thousand_variables_that_nobody_declared() {
        let expressions: String = (0..5_000).map(|n| format!("{{{{ v{n} }}}}")).collect();
        let folder = Folder::with("t.yaml", format!("message: \"{expressions}\"\n"));
        assert_eq!(bounded(&folder, "check --quiet t.yaml").status, 0);
        let run = bounded(&folder, "render t.yaml");
        assert!(run.status == 1 && run.stdout.is_empty(), "{:.1000}", run.stderr);
        let declared = Folder::with("t.yaml", format!("message: \"{expressions}\"\nvariables: {{}}\n"));
        assert_eq!(bounded(&declared, "check --quiet --format concise t.yaml").status, 1);
    }

    #[test]
    fn patterns_that_backtrack() {
        let template = "variables: { a: { type: string, pattern: \"^(a+)+(b|\\\\1)$\" } }\nmessage: \"{{ a }}\"\n";
        let folder = Folder::with("t.yaml", template);
        let run = bounded(&folder, &format!("render t.yaml --var a={}!", "a".repeat(5_000)));
        assert!(run.status == 1 && run.stdout.is_empty(), "{:.1000}", run.stderr);
    }

    #[test]
    fn declaration_that_refers_to_itself_or_to_the_network() {
        for schema in [
            "{ $ref: \"#\" }",
            "{ $ref: \"https://evil.example/schema.json\" }",
            "{ $ref: \"file:///etc/passwd\" }",
            "{ allOf: [{ $ref: \"#\" }] }",
        ] {
            let folder = Folder::with("t.yaml", format!("variables: {{ a: {schema} }}\nmessage: \"{{{{ a }}}}\"\n"));
            let run = bounded(&folder, "render t.yaml --var a=x");
            assert!(matches!(run.status, 0 | 1), "{schema}: {run}");
        }
    }
}

#[test]
fn bad_input_in_many_files_hides_nothing_in_the_others() {
    let folder = Folder::with("t/not-utf-8.yaml", b"\xff")
        .and("t/deep.yaml", "[".repeat(100_000))
        .and("t/empty.yaml", "")
        .and("t/loop.yaml", "message: \"{% for i in range(1000000000) %}x{% endfor %}\"\nexamples: { one: {} }\n")
        .and("t/huge.yaml", "a".repeat(2 << 20))
        .and(
            "t/z-good.yaml",
            "message: x\nsender_buttons: [[{ icon: REAL_STATE, caption: x, open_post_page: { post_token: t } }]]\n",
        );
    assert_snapshot!(bounded(&folder, "check --format concise t"), @r"
    exit status 1
    --- stdout
    t/deep.yaml:1:65: error[yaml-syntax]: document nests too deeply: expected at most 64 nested lists and mappings
    t/empty.yaml:1:1: error[yaml-syntax]: empty document: expected a mapping
    t/huge.yaml:1:1: error[yaml-syntax]: file is larger than 1 MiB
    t/loop.yaml:1:23: error[invalid-example]: invalid example `one`: evaluation failed with these values: range has too many elements
    t/not-utf-8.yaml:1:1: error[yaml-syntax]: invalid UTF-8: this byte is not UTF-8
    t/z-good.yaml:2:27: warning[misspelt-icon]: misspelt icon `REAL_STATE`: the published list has `REAL_ESTATE`
    --- stderr
    checked 6 templates: 5 errors, 1 warning
    ");
}
