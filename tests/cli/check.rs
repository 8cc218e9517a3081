//! `kenarc check`: which files are checked, how findings are shown, and the exit status.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Folder, Run, in_repository, words};
use crate::machine::can;

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
    fn the_option_quiet_omits_only_the_summary() {
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
    fn each_finding_is_at_its_exact_place() {
        let text = include_str!("../fixtures/api-document.json");
        let run = in_repository(words("check --format json tests/fixtures/api-document.json"));
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
}

mod status {
    use super::*;

    #[test]
    fn wrong_usage_exits_with_2_and_help_with_0() {
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

    /// Returns the files in which something is found, in the order of the output.
    fn found(run: &Run) -> Vec<&str> {
        run.stdout.lines().map(|line| line.split(':').next().unwrap()).collect()
    }

    #[test]
    fn findings_have_the_same_order_with_any_number_of_threads() {
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
        assert!(places.is_sorted_by_key(Path::new), "{places:?}");
    }
}

mod files_that_cannot_be_read {
    use super::*;
    use crate::machine::ran_as_ordinary_user;

    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn forbid(folder: &Folder, path: &str) {
        std::fs::set_permissions(folder.path(path), Permissions::from_mode(0o000)).unwrap();
    }

    #[test]
    fn unreadable_folder_exits_with_2_and_the_rest_is_checked() {
        if ran_as_ordinary_user(&unreadable_folder_exits_with_2_and_the_rest_is_checked) {
            return;
        }
        let folder = Folder::with("t/closed/a.yaml", CLEAN).and("t/open/b.yaml", ONE_ERROR);
        forbid(&folder, "t/closed");
        assert_snapshot!(check(&folder, "--quiet --format concise t"), @r"
        exit status 2
        --- stdout
        t/open/b.yaml:2:1: error[unknown-field]: unknown field `sender_button`: not a field of a template
        --- stderr
        error: cannot search t/closed: Permission denied (os error 13)
         help: check its permissions
        ");
    }

    #[test]
    fn unreadable_folder_is_not_reported_as_empty() {
        if ran_as_ordinary_user(&unreadable_folder_is_not_reported_as_empty) {
            return;
        }
        let folder = Folder::with("t/a.yaml", CLEAN);
        forbid(&folder, "t");
        let run = check(&folder, "t");
        assert!(
            run.status == 2 && run.stderr.contains("cannot search") && !run.stderr.contains("no templates in"),
            "{run}"
        );
    }

    #[test]
    fn unreadable_file_exits_with_2_and_the_rest_is_checked() {
        if ran_as_ordinary_user(&unreadable_file_exits_with_2_and_the_rest_is_checked) {
            return;
        }
        let folder = Folder::with("t/a.yaml", CLEAN).and("t/b.yaml", ONE_ERROR);
        forbid(&folder, "t/a.yaml");
        assert_snapshot!(check(&folder, "--quiet --format concise t"), @r"
        exit status 2
        --- stdout
        t/b.yaml:2:1: error[unknown-field]: unknown field `sender_button`: not a field of a template
        --- stderr
        error: cannot read t/a.yaml: Permission denied (os error 13)
         help: check its permissions
        ");
    }

    #[test]
    fn circular_links_and_named_pipes_do_not_block() {
        let folder = Folder::with("t/a.yaml", ONE_ERROR);
        symlink(".", folder.path("t/circle")).unwrap();
        symlink("itself.yaml", folder.path("t/itself.yaml")).unwrap();
        assert!(Command::new("mkfifo").arg(folder.path("t/pipe.yaml")).status().unwrap().success());
        let run = check(&folder, "--format concise t");
        assert_eq!((run.status, run.stdout.lines().count()), (1, 1), "{run}");
    }

    #[test]
    fn named_link_to_itself_exits_with_2() {
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
    fn output_to_a_pipe_is_coloured_on_request_only() {
        let plain = check("", &[]);
        assert_eq!(is_coloured(&plain), (false, false), "{plain}");
        assert_eq!(check("--color never", &[]), plain);
        assert_eq!(check("--color auto", &[("NO_COLOR", "1")]), plain);
        assert_eq!(check("--color never", &[("CLICOLOR_FORCE", "1")]), plain);
    }

    #[test]
    fn the_option_color_changes_only_colours() {
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

    /// Returns a folder whose findings do not fit into the buffer of a pipe.
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
    fn a_reader_that_closes_stdout_early_is_not_an_error() {
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
    fn closed_stdout_is_not_an_error_for_any_command() {
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

    #[test]
    fn unwritable_output_exits_with_2() {
        if !can("fill `/dev/full`", Path::new("/dev/full").exists()) {
            return;
        }
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

    #[test]
    fn closed_stderr_changes_nothing_on_stdout() {
        let folder = Folder::with("t.yaml", ONE_ERROR);
        let script = format!("'{}' check t.yaml nowhere.yaml 2>&-", env!("CARGO_BIN_EXE_kenarc"));
        let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path("")).output().unwrap();
        let whole = check(&folder, "t.yaml nowhere.yaml");
        assert_eq!((output.status.code(), String::from_utf8(output.stdout).unwrap()), (Some(2), whole.stdout));
    }
}
