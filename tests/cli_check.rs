//! `kenarc check`: what is found in which files, how it is shown, and how the process ends.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cli.rs"]
mod cli;

use std::io::Read as _;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use cli::{Folder, Run, at_home, words};

const CLEAN: &str = "message: سلام\n";
const ONE_ERROR: &str = "message: x\nsender_button: []\n";
const ONE_WARNING: &str =
    "message: x\nsender_buttons: [[{ icon: REAL_STATE, caption: x, open_post_page: { post_token: t } }]]\n";

fn check(folder: &Folder, arguments: &str) -> Run {
    folder.kenarc(words("check").chain(words(arguments)))
}

mod formats {
    use super::*;

    fn two_files() -> Folder {
        Folder::with("templates/b.yaml", "message: سلام {{ nmae }}\nvariables: { name: { type: string } }\n")
            .and("templates/a.yaml", format!("{ONE_WARNING}colour: red\n"))
            .and("templates/clean.yaml", CLEAN)
    }

    #[test]
    fn full_shows_the_source_of_each_finding() {
        assert_snapshot!(check(&two_files(), ""), @r"
        exit status 1
        --- stdout
        misspelt-icon

          ⚠ misspelt icon `REAL_STATE`
           ╭─[templates/a.yaml:2:27]
         1 │ message: x
         2 │ sender_buttons: [[{ icon: REAL_STATE, caption: x, open_post_page: { post_token: t } }]]
           ·                           ─────┬────
           ·                                ╰── the published list has `REAL_ESTATE`
         3 │ colour: red
           ╰────
          help: write `REAL_ESTATE`

        unknown-field

          × unknown field `colour`
           ╭─[templates/a.yaml:3:1]
         2 │ sender_buttons: [[{ icon: REAL_STATE, caption: x, open_post_page: { post_token: t } }]]
         3 │ colour: red
           · ───┬──
           ·    ╰── not a field of a template
           ╰────
          help: use `type`, `message`, `sender_buttons`, `receiver_buttons`, `description`, `variables` or
                `examples`

        undefined-variable

          × undefined variable `nmae`
           ╭─[templates/b.yaml:1:18]
         1 │ message: سلام {{ nmae }}
           ·                  ──┬─
           ·                    ╰── not declared in `variables`
         2 │ variables: { name: { type: string } }
           ╰────
          help: use `name`
        --- stderr
        checked 3 templates: 2 errors, 1 warning
        ");
        assert_eq!(check(&two_files(), "--format full"), check(&two_files(), ""));
    }

    #[test]
    fn concise_has_one_line_a_finding() {
        assert_snapshot!(check(&two_files(), "--format concise"), @r"
        exit status 1
        --- stdout
        templates/a.yaml:2:27: warning[misspelt-icon]: misspelt icon `REAL_STATE`: the published list has `REAL_ESTATE`
        templates/a.yaml:3:1: error[unknown-field]: unknown field `colour`: not a field of a template
        templates/b.yaml:1:18: error[undefined-variable]: undefined variable `nmae`: not declared in `variables`
        --- stderr
        checked 3 templates: 2 errors, 1 warning
        ");
    }

    #[test]
    fn json_has_one_object_a_finding_with_its_places_and_its_fix() {
        assert_snapshot!(check(&two_files(), "--format json"), @r#"
        exit status 1
        --- stdout
        [
        {"rule":"misspelt-icon","severity":"warning","message":"misspelt icon `REAL_STATE`","file":"templates/a.yaml","start":{"offset":37,"line":2,"column":27},"end":{"offset":47,"line":2,"column":37},"labels":[{"message":"the published list has `REAL_ESTATE`","file":"templates/a.yaml","start":{"offset":37,"line":2,"column":27},"end":{"offset":47,"line":2,"column":37}}],"help":"write `REAL_ESTATE`","fix":{"title":"write `REAL_ESTATE`","applicability":"safe","edits":[{"file":"templates/a.yaml","start":{"offset":37,"line":2,"column":27},"end":{"offset":47,"line":2,"column":37},"replacement":"REAL_ESTATE"}]}},
        {"rule":"unknown-field","severity":"error","message":"unknown field `colour`","file":"templates/a.yaml","start":{"offset":99,"line":3,"column":1},"end":{"offset":105,"line":3,"column":7},"labels":[{"message":"not a field of a template","file":"templates/a.yaml","start":{"offset":99,"line":3,"column":1},"end":{"offset":105,"line":3,"column":7}}],"help":"use `type`, `message`, `sender_buttons`, `receiver_buttons`, `description`, `variables` or `examples`","fix":null},
        {"rule":"undefined-variable","severity":"error","message":"undefined variable `nmae`","file":"templates/b.yaml","start":{"offset":21,"line":1,"column":18},"end":{"offset":25,"line":1,"column":22},"labels":[{"message":"not declared in `variables`","file":"templates/b.yaml","start":{"offset":21,"line":1,"column":18},"end":{"offset":25,"line":1,"column":22}}],"help":"use `name`","fix":{"title":"write `name`","applicability":"unsafe","edits":[{"file":"templates/b.yaml","start":{"offset":21,"line":1,"column":18},"end":{"offset":25,"line":1,"column":22},"replacement":"name"}]}}
        ]
        --- stderr
        checked 3 templates: 2 errors, 1 warning
        "#);
    }

    #[test]
    fn json_is_an_empty_list_where_nothing_is_found() {
        let run = check(&Folder::with("a.yaml", CLEAN), "--format json a.yaml");
        assert_snapshot!(run, @r"
        exit status 0
        --- stdout
        []
        --- stderr
        checked 1 template: no findings
        ");
    }

    #[test]
    fn quiet_leaves_out_the_summary_and_nothing_else() {
        for format in ["full", "concise", "json"] {
            let loud = check(&two_files(), &format!("--format {format}"));
            let quiet = check(&two_files(), &format!("--format {format} --quiet"));
            assert_eq!(quiet, Run { stderr: String::new(), ..loud });
        }
    }
}

mod api_document {
    use super::*;

    #[test]
    fn each_placeholder_and_the_misspelt_icon_are_reported() {
        assert_snapshot!(at_home(words("check --format concise tests/fixtures/api-document.json")), @r"
        exit status 1
        --- stdout
        tests/fixtures/api-document.json:10:36: error[invalid-link]: invalid link: expected an absolute https URL, found no scheme
        tests/fixtures/api-document.json:12:21: error[unknown-icon]: unknown icon `نام آیکون`: no icon has this name
        tests/fixtures/api-document.json:24:21: error[unknown-icon]: unknown icon `نام آیکون`: no icon has this name
        tests/fixtures/api-document.json:37:36: error[invalid-link]: invalid link: expected an absolute https URL, found no scheme
        tests/fixtures/api-document.json:51:22: warning[misspelt-icon]: misspelt icon `REAL_STATE`: the published list has `REAL_ESTATE`
        --- stderr
        checked 1 template: 4 errors, 1 warning
        ");
    }

    #[test]
    fn each_finding_is_at_its_exact_place() {
        let text = include_str!("fixtures/api-document.json");
        let run = at_home(words("check --format json tests/fixtures/api-document.json"));
        let findings: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
        let offset = |finding: &Value, end: &str| usize::try_from(finding[end]["offset"].as_u64().unwrap()).unwrap();
        let found: Vec<(&str, usize, &str)> = findings
            .iter()
            .map(|finding| {
                let (start, end) = (offset(finding, "start"), offset(finding, "end"));
                (finding["rule"].as_str().unwrap(), start, text[start..end].trim_matches('"'))
            })
            .collect();
        let mut expected: Vec<(&str, usize, &str)> = [
            ("invalid-link", "آدرس مورد نظر برای باز شدن بعد از کلیک"),
            ("unknown-icon", "نام آیکون"),
            ("misspelt-icon", "REAL_STATE"),
        ]
        .into_iter()
        .flat_map(|(rule, placeholder)| text.match_indices(placeholder).map(move |(at, text)| (rule, at, text)))
        .collect();
        expected.sort_by_key(|(_, at, _)| *at);
        assert_eq!(expected.len(), 5);
        let is_at = |(found, expected): (&(&str, usize, &str), &(&str, usize, &str))| {
            // A finding may take the quotes in.
            (found.0, found.2) == (expected.0, expected.2) && expected.1 - found.1 <= 1
        };
        assert!(found.len() == expected.len() && found.iter().zip(&expected).all(is_at), "{found:?}\n{expected:?}");
    }

    #[test]
    fn the_same_request_with_real_values_has_the_misspelling_only() {
        let run = at_home(words("check --format concise tests/fixtures/request-example.json"));
        assert_eq!((run.status, run.stdout.lines().count()), (0, 1), "{run}");
        assert!(run.stdout.contains("warning[misspelt-icon]"), "{run}");
    }
}

mod status {
    use super::*;

    #[test]
    fn clean_files_and_warnings_are_0_and_errors_are_1() {
        let folder = Folder::with("clean.yaml", CLEAN).and("warning.yaml", ONE_WARNING).and("error.yaml", ONE_ERROR);
        assert_eq!(check(&folder, "clean.yaml").status, 0);
        assert_eq!(check(&folder, "warning.yaml").status, 0);
        assert_eq!(check(&folder, "error.yaml").status, 1);
        assert_eq!(check(&folder, "clean.yaml warning.yaml error.yaml").status, 1);
    }

    #[test]
    fn missing_file_is_2_and_the_others_are_checked_all_the_same() {
        let folder = Folder::with("error.yaml", ONE_ERROR);
        assert_snapshot!(check(&folder, "--quiet --format concise nowhere.yaml error.yaml"), @r"
        exit status 2
        --- stdout
        error.yaml:2:1: error[unknown-field]: unknown field `sender_button`: not a field of a template
        --- stderr
        error: cannot read nowhere.yaml: No such file or directory (os error 2)
         help: check the path
        ");
    }

    #[test]
    fn file_that_cannot_be_read_is_not_counted_as_checked() {
        let folder = Folder::with("error.yaml", ONE_ERROR);
        let run = check(&folder, "nowhere.yaml error.yaml");
        assert!(run.stderr.contains("checked 1 template: 1 error"), "{run}");
        let run = check(&folder, "nowhere.yaml");
        assert!(!run.stderr.contains("no findings"), "{run}");
    }

    #[test]
    fn folder_without_templates_is_2() {
        let folder = Folder::with("empty/README.md", "nothing");
        assert_snapshot!(check(&folder, "--quiet empty"), @r"
        exit status 2
        --- stderr
        error: no templates in empty
         help: name a folder with *.yaml, *.yml or *.json files
        ");
    }

    #[test]
    fn folder_without_templates_beside_one_with_some_is_2_too() {
        let folder = Folder::with("empty/README.md", "nothing").and("full/a.yaml", CLEAN);
        assert_eq!(check(&folder, "empty full").status, 2);
        assert_eq!(check(&folder, "full empty").status, 2);
    }

    #[test]
    fn each_folder_without_templates_is_named() {
        let run = check(&Folder::with("a/x", "").and("b/x", ""), "a b");
        assert!(run.stderr.contains("no templates in a\n") && run.stderr.contains("no templates in b\n"), "{run}");
    }

    #[test]
    fn wrong_usage_is_2_and_asking_for_help_is_0() {
        let folder = Folder::with("templates/a.yaml", CLEAN);
        for usage in ["", "check --format xml", "check --no-such-flag", "chek", "render", "explain a b"] {
            let run = folder.kenarc(words(usage));
            assert!(run.status == 2 && run.stdout.is_empty() && !run.stderr.is_empty(), "{usage}: {run}");
        }
        for usage in ["--help", "check --help", "help", "help check", "--version", "check --version"] {
            let run = folder.kenarc(words(usage));
            assert!(run.status == 0 && run.stderr.is_empty() && !run.stdout.is_empty(), "{usage}: {run}");
        }
    }
}

mod files {
    use super::*;

    /// The files in which something is found, in the order of the output.
    fn found(run: &Run) -> Vec<&str> {
        run.stdout.lines().map(|line| line.split(':').next().unwrap()).collect()
    }

    #[test]
    fn default_is_the_folder_templates() {
        let folder = Folder::with("templates/in/a.yaml", ONE_ERROR).and("other/b.yaml", ONE_ERROR);
        assert_eq!(found(&check(&folder, "--format concise")), ["templates/in/a.yaml"]);
    }

    #[test]
    fn without_the_default_folder_it_says_what_it_looked_for() {
        assert_snapshot!(check(&Folder::empty(), "--quiet"), @r"
        exit status 2
        --- stderr
        error: cannot read templates: No such file or directory (os error 2)
         help: check the path
        ");
    }

    #[test]
    fn folder_means_its_yaml_and_json_files_at_any_depth_in_the_order_of_their_paths() {
        let folder = Folder::with("d/b.yml", ONE_ERROR)
            .and("d/a.yaml", ONE_ERROR)
            .and("d/b/deep/er/c.json", "{\"message\": \"x\", \"a\": 1}")
            .and("d/note.md", "no template")
            .and("d/yaml", "no template")
            .and("d/.hidden/x.yaml", ONE_ERROR);
        assert_eq!(found(&check(&folder, "--format concise d")), ["d/a.yaml", "d/b/deep/er/c.json", "d/b.yml"]);
    }

    #[test]
    fn what_gitignore_excludes_is_left_out_unless_it_is_named() {
        let folder = Folder::with(".gitignore", "build/\n")
            .and("d/.gitignore", "*.draft.yaml\n!kept.draft.yaml\n")
            .and("d/a.yaml", ONE_ERROR)
            .and("d/b.draft.yaml", ONE_ERROR)
            .and("d/kept.draft.yaml", ONE_ERROR)
            .and("d/build/c.yaml", ONE_ERROR);
        assert_eq!(found(&check(&folder, "--format concise d")), ["d/a.yaml", "d/kept.draft.yaml"]);
        assert_eq!(found(&check(&folder, "--format concise d/b.draft.yaml")), ["d/b.draft.yaml"]);
    }

    #[test]
    fn file_that_is_named_twice_is_checked_once() {
        let folder = Folder::with("d/a.yaml", ONE_ERROR);
        let run = check(&folder, "--format concise d/a.yaml d d/a.yaml");
        assert_eq!(found(&run), ["d/a.yaml"]);
        assert!(run.stderr.contains("checked 1 template:"), "{run}");
    }

    #[test]
    fn named_file_is_a_template_whatever_it_is_called() {
        let folder = Folder::with("template.txt", ONE_ERROR);
        assert_eq!(found(&check(&folder, "--format concise template.txt")), ["template.txt"]);
    }

    #[test]
    fn dash_is_stdin_also_beside_files() {
        let folder = Folder::with("z.yaml", ONE_ERROR);
        let run = Run::of(folder.command(words("check --format concise - z.yaml")).write_stdin(ONE_ERROR));
        assert_snapshot!(run, @r"
        exit status 1
        --- stdout
        <stdin>:2:1: error[unknown-field]: unknown field `sender_button`: not a field of a template
        z.yaml:2:1: error[unknown-field]: unknown field `sender_button`: not a field of a template
        --- stderr
        checked 2 templates: 2 errors
        ");
    }

    #[test]
    fn stdin_is_read_once_however_often_it_is_named() {
        let run = Run::of(Folder::empty().command(words("check --format concise - -")).write_stdin(ONE_ERROR));
        assert_eq!((run.status, run.stdout.lines().count()), (1, 1), "{run}");
    }

    #[test]
    fn order_is_the_same_whatever_the_number_of_threads() {
        let folder = Folder::empty();
        for number in 0..120 {
            // Slow ones and fast ones, so that threads do not end in the order in which they began.
            let filler = "# پر کردن\n".repeat(if number % 7 == 0 { 3000 } else { 0 });
            folder.write(&format!("t/{}/{number}.yaml", number % 5), format!("{filler}{ONE_ERROR}b: 1\nmessage: y\n"));
        }
        for format in ["concise", "json", "full"] {
            let runs: Vec<Run> = ["1", "2", "8", "33"]
                .iter()
                .map(|threads| {
                    let mut command = folder.command(words("check t --format").chain([format]));
                    Run::of(command.env("RAYON_NUM_THREADS", threads))
                })
                .collect();
            assert!(runs.iter().all(|run| *run == runs[0]), "{format}");
            assert_eq!(runs[0].stderr, "checked 120 templates: 360 errors\n");
        }
        let run = check(&folder, "t --format concise");
        let places: Vec<&str> = found(&run);
        assert!(places.is_sorted_by_key(std::path::Path::new), "{places:?}");
    }
}

#[cfg(unix)]
mod files_that_cannot_be_read {
    use super::*;

    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::process::CommandExt as _;

    const NOBODY: u32 = 65534;

    /// Runs a check as a user who may not read everything, though the tests may run as root.
    fn check_as_nobody(folder: &Folder, arguments: &str) -> Run {
        std::fs::set_permissions(folder.path(""), Permissions::from_mode(0o755)).unwrap();
        let mut command = if is_root() {
            // The build folder may be one that nobody else can enter.
            std::fs::copy(env!("CARGO_BIN_EXE_kenarc"), folder.path("kenarc")).unwrap();
            let mut command = Command::new(folder.path("kenarc"));
            command.uid(NOBODY).gid(NOBODY);
            command
        } else {
            Command::new(env!("CARGO_BIN_EXE_kenarc"))
        };
        command.current_dir(folder.path("")).env_clear().arg("check").args(words(arguments));
        Run::ended(command.output().unwrap())
    }

    fn is_root() -> bool {
        let id = Command::new("id").arg("-u").output().unwrap();
        id.stdout.trim_ascii() == b"0"
    }

    fn forbid(folder: &Folder, path: &str) {
        std::fs::set_permissions(folder.path(path), Permissions::from_mode(0o000)).unwrap();
    }

    #[test]
    fn folder_that_may_not_be_read_is_2_and_the_rest_is_checked() {
        let folder = Folder::with("t/closed/a.yaml", CLEAN).and("t/open/b.yaml", ONE_ERROR);
        forbid(&folder, "t/closed");
        assert_snapshot!(check_as_nobody(&folder, "--quiet --format concise t"), @r"
        exit status 2
        --- stdout
        t/open/b.yaml:2:1: error[unknown-field]: unknown field `sender_button`: not a field of a template
        --- stderr
        error: cannot search t/closed: Permission denied (os error 13)
         help: check its permissions
        ");
    }

    #[test]
    fn folder_that_may_not_be_read_is_not_said_to_be_without_templates() {
        let folder = Folder::with("t/a.yaml", CLEAN);
        forbid(&folder, "t");
        let run = check_as_nobody(&folder, "t");
        assert!(
            run.status == 2 && run.stderr.contains("cannot search") && !run.stderr.contains("no templates in"),
            "{run}"
        );
    }

    #[test]
    fn file_that_may_not_be_read_is_2_and_the_rest_is_checked() {
        let folder = Folder::with("t/a.yaml", CLEAN).and("t/b.yaml", ONE_ERROR);
        forbid(&folder, "t/a.yaml");
        assert_snapshot!(check_as_nobody(&folder, "--quiet --format concise t"), @r"
        exit status 2
        --- stdout
        t/b.yaml:2:1: error[unknown-field]: unknown field `sender_button`: not a field of a template
        --- stderr
        error: cannot read t/a.yaml: Permission denied (os error 13)
         help: check its permissions
        ");
    }

    #[test]
    fn links_in_circles_and_pipes_keep_nobody_waiting() {
        let folder = Folder::with("t/a.yaml", ONE_ERROR);
        symlink(".", folder.path("t/circle")).unwrap();
        symlink("itself.yaml", folder.path("t/itself.yaml")).unwrap();
        assert!(Command::new("mkfifo").arg(folder.path("t/pipe.yaml")).status().unwrap().success());
        let run = check(&folder, "--format concise t");
        assert_eq!((run.status, run.stdout.lines().count()), (1, 1), "{run}");
    }

    #[test]
    fn link_to_itself_is_2_when_it_is_named() {
        let folder = Folder::empty();
        symlink("itself.yaml", folder.path("itself.yaml")).unwrap();
        let run = check(&folder, "itself.yaml");
        assert!(run.status == 2 && run.stderr.contains("cannot read itself.yaml"), "{run}");
    }
}

mod colour {
    use super::*;

    fn check(arguments: &str, variables: &[(&str, &str)]) -> Run {
        let folder = Folder::with("a.yaml", ONE_ERROR);
        let mut command = folder.command(words("check a.yaml nowhere.yaml").chain(words(arguments)));
        Run::of(command.envs(variables.iter().copied()))
    }

    fn is_coloured(run: &Run) -> (bool, bool) {
        (run.stdout.contains('\u{1b}'), run.stderr.contains('\u{1b}'))
    }

    #[test]
    fn pipe_gets_no_colour_unless_it_is_asked_for() {
        let plain = check("", &[]);
        assert_eq!(is_coloured(&plain), (false, false), "{plain}");
        assert_eq!(check("--color never", &[]), plain);
        assert_eq!(check("--color auto", &[("NO_COLOR", "1")]), plain);
        assert_eq!(check("--color never", &[("CLICOLOR_FORCE", "1")]), plain);
    }

    #[test]
    fn colour_that_is_asked_for_changes_nothing_but_colour() {
        let plain = check("", &[]);
        for (arguments, variables) in [("--color always", &[][..]), ("--color always", &[("NO_COLOR", "1")])] {
            let run = check(arguments, variables);
            assert_eq!(is_coloured(&run), (true, true), "{arguments} {variables:?} {run}");
            let without = |text: &str| {
                let mut parts = text.split('\u{1b}');
                let first = parts.next().unwrap().to_owned();
                parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
            };
            assert_eq!(without(&run.stderr), plain.stderr);
            assert_eq!(without(&run.stdout).replace("[0m", ""), plain.stdout);
        }
    }

    #[test]
    fn formats_for_programs_are_never_coloured() {
        for format in ["concise", "json"] {
            let run = check(&format!("--color always --format {format}"), &[]);
            assert!(!run.stdout.contains('\u{1b}'), "{run}");
        }
    }

    #[test]
    fn control_characters_of_a_file_do_not_reach_the_terminal() {
        let folder = Folder::with("a.yaml", "message: \"\u{1b}]0;owned\u{7}\"\n")
            .and("b.yaml", "message: x\n\"\\e[31mred\": 1\n");
        for format in ["full", "concise", "json"] {
            for colour in ["auto", "never"] {
                let run = folder.kenarc(words(&format!("check a.yaml b.yaml --format {format} --color {colour}")));
                let is_clean = |text: &str| text.chars().all(|char| char == '\n' || !char.is_control());
                assert!(run.status == 1 && is_clean(&run.stdout) && is_clean(&run.stderr), "{format} {run}");
            }
        }
    }
}

mod output_that_goes_nowhere {
    use super::*;

    /// A folder whose findings do not fit into the buffer of a pipe.
    fn many() -> Folder {
        let folder = Folder::empty();
        for number in 0..300 {
            folder.write(
                &format!("templates/{number}.yaml"),
                format!("{ONE_ERROR}b: 1\nc: 2\nd: 3\ne: 4\nf: 5\ng: 6\nh: 7\n"),
            );
        }
        folder
    }

    /// Reads this many bytes of the output, then goes away.
    fn cut_off(folder: &Folder, arguments: &str, bytes: usize) -> (Option<i32>, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kenarc"))
            .args(words(arguments))
            .current_dir(folder.path(""))
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut vec![0; bytes]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }

    #[test]
    fn reader_that_goes_away_early_is_no_error() {
        let folder = many();
        for format in ["full", "concise", "json"] {
            let arguments = format!("check --format {format}");
            assert!(folder.kenarc(words(&arguments)).stdout.len() > 150_000);
            let (status, stderr) = cut_off(&folder, &arguments, 10);
            assert!(matches!(status, Some(0 | 1)), "{status:?} {stderr}");
            assert_eq!(stderr, "", "{format}");
        }
    }

    #[test]
    fn reader_that_is_not_there_is_no_error_for_any_command() {
        let folder = Folder::with("t.yaml", CLEAN);
        for arguments in [
            "check t.yaml",
            "render t.yaml",
            "icons",
            "explain",
            "explain yaml-syntax",
            "schema",
            "schema message",
            "--help",
            "send t.yaml --conversation c --dry-run",
        ] {
            let (status, stderr) = cut_off(&folder, arguments, 0);
            assert_eq!(status, Some(0), "{arguments}: {stderr}");
            assert!(!stderr.contains("error"), "{arguments}: {stderr}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn output_that_cannot_be_written_is_2() {
        let folder = Folder::with("t.yaml", ONE_ERROR).and("clean.yaml", CLEAN);
        for arguments in ["check t.yaml", "render clean.yaml", "icons", "explain", "schema"] {
            let output = Command::new(env!("CARGO_BIN_EXE_kenarc"))
                .args(words(arguments))
                .current_dir(folder.path(""))
                .env_clear()
                .stdout(std::fs::File::options().write(true).open("/dev/full").unwrap())
                .output()
                .unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments}: {stderr}");
            assert!(stderr.contains("error: cannot write the output"), "{arguments}: {stderr}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn closed_stderr_changes_nothing_on_stdout() {
        let folder = Folder::with("t.yaml", ONE_ERROR);
        let script = format!("'{}' check t.yaml nowhere.yaml 2>&-", env!("CARGO_BIN_EXE_kenarc"));
        let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path("")).output().unwrap();
        let whole = check(&folder, "t.yaml nowhere.yaml");
        assert_eq!((output.status.code(), String::from_utf8(output.stdout).unwrap()), (Some(2), whole.stdout));
    }
}
