//! `check --fix` and `--diff`, and the engine behind them.

use std::sync::Arc;

use insta::assert_snapshot;
use kenarc::lint::RULES;
use kenarc::lint::fix;
use kenarc::lint::{Applicability, Diagnostic, Edit, Fix, Label};
use kenarc::source::Span;
use kenarc::{Checked, Severity, SourceFile, check};

use crate::cli::{Folder, Run, words};

/// Two findings that can be fixed, one that cannot.
const MIXED: &str = "mesage: {{ name }} # as agreed\ncolour: red\n";
const MIXED_FIXED: &str = "message: \"{{ name }}\" # as agreed\ncolour: red\n";

fn run(folder: &Folder, arguments: &str) -> Run {
    folder.kenarc(words("check --format concise").chain(words(arguments)))
}

/// Returns the template of each bad example on the rules' pages, with the kind of file that it is.
fn bad_examples() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    RULES
        .iter()
        .flat_map(|rule| {
            rule.page.split("\n## Bad").skip(1).map(|section| {
                let (info, rest) = section.split_once("```").unwrap().1.split_once('\n').unwrap();
                (rule.id, info, &rest[..rest.find("```").unwrap()])
            })
        })
        .filter(|(_, info, _)| *info != "json request")
}

/// Returns the examples that can be fixed, and their text after the fix.
fn fixable_examples() -> Vec<(&'static str, &'static str, &'static str, String)> {
    let fixed = bad_examples().map(|(rule, info, text)| (rule, info, text, fixed(info, text)));
    fixed.filter(|(_, _, text, fixed)| text != fixed).collect()
}

fn fixed(info: &str, text: &str) -> String {
    let file = SourceFile::new(format!("template.{info}"), text);
    fix::fix(&file, Applicability::Unsafe, check).file.text().to_owned()
}

fn findings(info: &str, text: &str) -> Vec<Diagnostic> {
    check(&SourceFile::new(format!("template.{info}"), text)).diagnostics
}

mod examples {
    use super::*;

    #[test]
    fn the_command_applies_the_fixes_of_all_pages() {
        let examples = fixable_examples();
        for rule in RULES.iter().filter(|rule| rule.page.contains("\n## Fix")) {
            assert!(rule.needs_values() || examples.iter().any(|(id, ..)| *id == rule.id), "{}", rule.id);
        }
        let folder = Folder::empty();
        for (index, (_, info, text, _)) in examples.iter().enumerate() {
            folder.write(&format!("t/{index}.{info}"), text);
        }
        let first = run(&folder, "--fix --unsafe-fixes --quiet t");
        for (index, (id, info, _, fixed)) in examples.iter().enumerate() {
            let path = format!("t/{index}.{info}");
            assert_eq!(folder.read(&path), *fixed, "{id}");
            let left: Vec<Diagnostic> =
                findings(info, fixed).into_iter().filter(|finding| finding.fix.is_some()).collect();
            assert!(left.is_empty(), "{id}: {left:?}");
            assert_eq!(first.stdout.matches(&format!("{path}:")).count(), findings(info, fixed).len(), "{id}");
            assert!(kenarc::syntax::parse(fixed).document.is_some(), "{id}");
            if *info == "json" {
                assert!(serde_json::from_str::<serde_json::Value>(fixed).is_ok(), "{id}: {fixed}");
            }
        }
        assert_eq!(run(&folder, "--fix --unsafe-fixes --quiet t"), first, "a second time nothing changes");
    }

    #[test]
    fn line_breaks_byte_order_marks_and_neighbours_stay_as_they_are() {
        for (id, info, text, fixed_text) in fixable_examples() {
            let crlf = |text: &str| text.replace('\n', "\r\n");
            assert_eq!(fixed(info, &crlf(text)), crlf(&fixed_text), "{id} with CRLF");
            let marked = |text: &str| format!("\u{feff}{text}");
            assert_eq!(fixed(info, &marked(text)), marked(&fixed_text), "{id} with a byte-order mark");
            let bare = |text: &str| text.trim_end_matches('\n').to_owned();
            assert_eq!(fixed(info, &bare(text)), bare(&fixed_text), "{id} without a last line break");
            if info == "yaml" {
                let around = |text: &str| format!("# \"first\"  \n\n{text}\n\n\n  # last\t\n");
                assert_eq!(fixed(info, &around(text)), around(&fixed_text), "{id} between comments");
            }
        }
    }
}

mod corpus {
    use super::*;

    use proptest::prelude::*;

    /// Lines of a button: as planted, and as fixed.
    const BUTTONS: [(&str, &str); 9] = [
        ("- { icon: REAL_STATE, caption: a, ACTION } # why", "- { icon: REAL_ESTATE, caption: a, ACTION } # why"),
        ("- { icon: 'LOCAL_SHIPING', caption: 'a', ACTION }", "- { icon: 'LOCAL_SHIPPING', caption: 'a', ACTION }"),
        ("- {icon: SUPPORT ,captoin: \"a\", ACTION}", "- {icon: SUPPORT ,caption: \"a\", ACTION}"),
        ("- { icon: SUPPORT,   caption: 7, ACTION }", "- { icon: SUPPORT,   caption: \"7\", ACTION }"),
        ("- {icon: SUPPORT,caption: {{ name }}, ACTION}", "- {icon: SUPPORT,caption: \"{{ name }}\", ACTION}"),
        (
            "- { icon: SUPPORT, caption: \"{{ nmae }}\", ACTION }",
            "- { icon: SUPPORT, caption: \"{{ name }}\", ACTION }",
        ),
        (
            "- { icon: SUPPORT, caption: a, ACTION }  # kenarc: ignore[insecure-link, invalid-link]",
            "- { icon: SUPPORT, caption: a, ACTION }",
        ),
        ("- { icon: SUPPORT, caption: a, ACTION } # sound", "- { icon: SUPPORT, caption: a, ACTION } # sound"),
        (
            "- ? icon\n      : SUPPORT\n      caption: true\n      ACTION",
            "- ? icon\n      : SUPPORT\n      caption: \"true\"\n      ACTION",
        ),
    ];
    const FILLERS: [&str; 4] = ["", "\n", "    # یادداشت\n", "# \"{{ nmae }}\" REAL_STATE\n"];

    proptest! {
        #[test]
        fn only_the_planted_bytes_change(
            rows in prop::collection::vec(prop::collection::vec((0..BUTTONS.len(), 0..FILLERS.len()), 1..=3), 1..=3),
            (is_crlf, has_mark) in (any::<bool>(), any::<bool>()),
        ) {
            let template = |side: fn(&(&'static str, &'static str)) -> &'static str| {
                let mut text = String::from("variables: { name: { type: string } }\nmessage: |\n  سلام {{ name }}\nsender_buttons:\n");
                for row in &rows {
                    text.push_str("  -\n");
                    for &(button, filler) in row {
                        text.push_str(FILLERS[filler]);
                        text.push_str("    ");
                        text.push_str(&side(&BUTTONS[button]).replace("ACTION", "open_post_page: { post_token: t }"));
                        text.push('\n');
                    }
                }
                let text = if is_crlf { text.replace('\n', "\r\n") } else { text };
                if has_mark { format!("\u{feff}{text}") } else { text }
            };
            let good = template(|(_, good)| good);
            prop_assert_eq!(fixed("yaml", &template(|(bad, _)| bad)), good.as_str());
            prop_assert!(findings("yaml", &good).is_empty(), "{:?}", findings("yaml", &good));
            prop_assert_eq!(fixed("yaml", &good), good);
        }
    }
}

mod engine {
    use super::*;

    /// A check that finds each of some words, and wants others in their place.
    fn replacing(words: &'static [(&'static str, &'static str)]) -> impl Fn(&Arc<SourceFile>) -> Checked {
        move |file| {
            let find = |&(word, other): &(&'static str, &'static str)| {
                let places = file.text().match_indices(word);
                places
                    .map(move |(at, _)| finding(file, vec![(Span::new(at, at + word.len()), other)]))
                    .collect::<Vec<_>>()
            };
            Checked {
                file: Arc::clone(file),
                template: None,
                parts: Vec::new(),
                diagnostics: words.iter().flat_map(find).collect(),
            }
        }
    }

    fn finding(file: &Arc<SourceFile>, edits: Vec<(Span, &str)>) -> Diagnostic {
        let edits =
            edits.into_iter().map(|(span, text)| Edit { span, replacement: text.to_owned() }).collect::<Vec<_>>();
        Diagnostic {
            rule: "test",
            severity: Severity::Error,
            message: format!("{edits:?}"),
            labels: vec![Label { file: Arc::clone(file), span: Span::at(0), message: String::new() }],
            help: None,
            fix: Some(Fix::new(Applicability::Safe, "replace", edits)),
        }
    }

    fn apply_all(text: &str, check: impl Fn(&Arc<SourceFile>) -> Checked) -> (String, usize, usize) {
        let fixed = fix::fix(&SourceFile::new("a.yaml", text), Applicability::Safe, check);
        (fixed.file.text().to_owned(), fixed.count, fixed.refused.len())
    }

    #[test]
    fn a_file_without_fixes_is_unchanged() {
        let file = SourceFile::new("a.yaml", "message: x\n");
        assert!(Arc::ptr_eq(&fix::fix(&file, Applicability::Unsafe, check).file, &file));
    }

    #[test]
    fn overlapping_fixes_are_applied_one_after_the_other() {
        assert_eq!(apply_all("a: xyz", replacing(&[("xy", "y"), ("yz", "z")])), ("a: z".to_owned(), 2, 0));
        assert_eq!(apply_all("a: xx", replacing(&[("x", "y")])), ("a: yy".to_owned(), 2, 0));
        // Of two at one place the first is applied, and then the other has nothing to say.
        assert_eq!(apply_all("a: x", replacing(&[("x", "y"), ("x", "z")])), ("a: y".to_owned(), 1, 0));
    }

    #[test]
    fn unsafe_fixes_are_applied_on_request_only() {
        let check = |file: &Arc<SourceFile>| {
            let words = [("x", "y", Applicability::Safe), ("p", "q", Applicability::Unsafe)];
            let diagnostics = words.into_iter().filter_map(|(word, other, applicability)| {
                let at = file.text().find(word)?;
                let mut finding = finding(file, vec![(Span::new(at, at + 1), other)]);
                finding.fix.as_mut().unwrap().applicability = applicability;
                Some(finding)
            });
            Checked { file: Arc::clone(file), template: None, parts: Vec::new(), diagnostics: diagnostics.collect() }
        };
        let file = SourceFile::new("a.yaml", "a: x\nb: p\n");
        let safe = fix::fix(&file, Applicability::Safe, check);
        assert_eq!((safe.file.text(), safe.count, safe.unsafe_fixes()), ("a: y\nb: p\n", 1, 1));
        let all = fix::fix(&file, Applicability::Unsafe, check);
        assert_eq!((all.file.text(), all.count, all.unsafe_fixes()), ("a: y\nb: q\n", 2, 0));
    }

    #[test]
    fn a_fix_with_several_edits_is_applied_completely_or_not_at_all() {
        let check = |file: &Arc<SourceFile>| {
            let ends = vec![(Span::new(3, 4), "<"), (Span::new(6, 7), ">")];
            let diagnostics = match file.text() {
                "a: (bc)" => vec![finding(file, ends), finding(file, vec![(Span::new(4, 5), "x")])],
                _ => Vec::new(),
            };
            Checked { file: Arc::clone(file), template: None, parts: Vec::new(), diagnostics }
        };
        assert_eq!(apply_all("a: (bc)", check), ("a: <bc>".to_owned(), 1, 0));
    }

    #[test]
    fn endless_fixes_end() {
        let (text, count, _) = apply_all("a: x", replacing(&[("x", "xx")]));
        assert!(count < 10_000_000 && text.len() < 10_000_000);
        let (text, count, _) = apply_all("a: x", replacing(&[("x", "y"), ("y", "x")]));
        assert!(text.len() == 4 && count < 100);
    }

    #[test]
    fn a_fix_that_breaks_the_file_is_skipped_and_the_others_are_applied() {
        let (text, count, refused) =
            apply_all("a: x, b\nc: y\nd: z\n", replacing(&[("x", "1"), ("y", "\"y"), ("z", "2")]));
        assert_eq!((text.as_str(), count, refused), ("a: 1, b\nc: y\nd: 2\n", 2, 1));
        let (text, count, refused) = apply_all("{\"a\": 7, \"b\": 8}", replacing(&[("7", "'7'"), ("8", "9")]));
        assert_eq!((text.as_str(), count, refused), ("{\"a\": 7, \"b\": 9}", 1, 1));
    }

    #[test]
    fn a_fix_does_not_duplicate_a_key() {
        let fixed = fix::fix(&SourceFile::new("a.yaml", "message: x\nmesage: z\n"), Applicability::Safe, check);
        assert_eq!((fixed.file.text(), fixed.count, fixed.refused.len()), ("message: x\nmesage: z\n", 0, 0));
        assert_eq!(fixed.checked.diagnostics[0].rule, "unknown-field");
        let fixed = fix::fix(&SourceFile::new("a.yaml", "mesage: x\nmessag: z\n"), Applicability::Safe, check);
        assert_eq!((fixed.file.text(), fixed.count), ("message: x\nmessag: z\n", 1));
    }
}

mod command {
    use super::*;

    #[test]
    fn coloured_diffs_replace_control_characters() {
        let folder = Folder::with("templates/a.yaml", "mesage: \"\u{9b}31m\"\r\n");
        let coloured = folder.kenarc(words("check --diff --color always"));
        assert!(coloured.stdout.contains("\u{1b}[31m-mesage: \"·31m\"\u{1b}[0m\n"), "{coloured:?}");
        let plain = folder.kenarc(words("check --diff"));
        assert!(plain.stdout.contains("-mesage: \"\u{9b}31m\"\r\n"), "{plain:?}");
    }

    /// One finding with a safe fix, two with unsafe ones.
    const GUESSES: &str = "mesage: سلام {{ nmae }} {{ nam }}\nvariables: { name: { type: string } }\n";

    #[test]
    fn unsafe_fixes_are_counted_and_applied_when_asked_for() {
        let folder = Folder::with("a.yaml", GUESSES);
        assert_snapshot!(run(&folder, "--diff a.yaml").stderr, @r"
        would fix 1 finding in 1 file
        2 more fixes are available with `--unsafe-fixes`
        ");
        assert_eq!(run(&folder, "--diff --unsafe-fixes a.yaml").stderr, "would fix 3 findings in 1 file\n");
        assert_snapshot!(run(&folder, "--fix a.yaml").stderr, @r"
        fixed 1 finding in 1 file
        2 more fixes are available with `--unsafe-fixes`
        checked 1 template: 2 errors
        ");
        assert_eq!(folder.read("a.yaml"), GUESSES.replace("mesage", "message"));
        folder.write("a.yaml", GUESSES.replace("mesage", "message").replace("nam }", "name }"));
        assert_snapshot!(run(&folder, "--diff a.yaml").stderr, @r"
        nothing to fix
        1 fix is available with `--unsafe-fixes`
        ");
        let fixed = run(&folder, "--fix --unsafe-fixes a.yaml");
        assert_eq!(fixed.stderr, "fixed 1 finding in 1 file\nchecked 1 template: no findings\n");
        assert_eq!(
            folder.read("a.yaml"),
            "message: سلام {{ name }} {{ name }}\nvariables: { name: { type: string } }\n"
        );
    }

    #[test]
    fn unsafe_fixes_alone_are_a_usage_error() {
        let run = run(&Folder::with("a.yaml", GUESSES), "--unsafe-fixes a.yaml");
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains("--fix") && run.stderr.contains("--diff"), "{run}");
    }

    #[test]
    fn bytes_outside_of_fixes_stay_as_they_are() {
        let folder = Folder::with("a.yaml", "message: x\ncolour: red\n");
        let before = std::fs::metadata(folder.path("a.yaml")).unwrap().modified().unwrap();
        assert_eq!(run(&folder, "--fix a.yaml").status, 1);
        assert_eq!(std::fs::metadata(folder.path("a.yaml")).unwrap().modified().unwrap(), before);
    }
}

mod disk {
    use super::*;

    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use crate::machine::ran_as_ordinary_user;

    fn set_mode(folder: &Folder, path: &str, mode: u32) {
        fs::set_permissions(folder.path(path), Permissions::from_mode(mode)).unwrap();
    }

    fn names(folder: &Folder, path: &str) -> Vec<String> {
        let entries = fs::read_dir(folder.path(path)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn mode_bits_are_kept_and_no_temporary_file_remains() {
        let folder = Folder::with("t/a.yaml", MIXED);
        for mode in [0o600, 0o640, 0o664, 0o755] {
            folder.write("t/a.yaml", MIXED);
            set_mode(&folder, "t/a.yaml", mode);
            run(&folder, "--fix t");
            assert_eq!(folder.read("t/a.yaml"), MIXED_FIXED);
            assert_eq!(fs::metadata(folder.path("t/a.yaml")).unwrap().mode() & 0o7777, mode);
        }
        assert_eq!(names(&folder, "t"), ["a.yaml"]);
    }

    #[test]
    fn unwritable_folder_exits_with_2_and_the_others_are_fixed() {
        if ran_as_ordinary_user(&unwritable_folder_exits_with_2_and_the_others_are_fixed) {
            return;
        }
        let folder = Folder::with("closed/a.yaml", MIXED).and("open/a.yaml", MIXED);
        set_mode(&folder, "closed", 0o555);
        let run = run(&folder, "--fix closed open");
        assert_snapshot!(run, @r"
        exit status 2
        --- stdout
        closed/a.yaml:1:1: error[unknown-field]: unknown field `mesage`: not a field of a template
        closed/a.yaml:1:9: error[unquoted-expression]: unquoted expression: YAML reads `{` as the start of a mapping
        closed/a.yaml:2:1: error[unknown-field]: unknown field `colour`: not a field of a template
        open/a.yaml:2:1: error[unknown-field]: unknown field `colour`: not a field of a template
        --- stderr
        fixed 2 findings in 1 file
        checked 2 templates: 4 errors
        error: cannot write closed/a.yaml: permission denied
         help: check the permissions of the file and its folder
        ");
        assert_eq!(folder.read("closed/a.yaml"), MIXED);
        assert_eq!(folder.read("open/a.yaml"), MIXED_FIXED);
        set_mode(&folder, "closed", 0o755);
    }

    #[test]
    fn link_inside_of_the_folder_stays_a_link_and_its_target_is_fixed() {
        let folder = Folder::with("real/a.yaml", MIXED).and("t/b.yaml", "message: x\n");
        symlink("../real/a.yaml", folder.path("t/a.yaml")).unwrap();
        assert_eq!(run(&folder, "--fix t/a.yaml").status, 1);
        assert!(folder.path("t/a.yaml").is_symlink());
        assert_eq!(folder.read("real/a.yaml"), MIXED_FIXED);
        assert_eq!(names(&folder, "real"), ["a.yaml"]);
    }

    #[test]
    fn link_out_of_the_folder_is_not_followed() {
        let folder = Folder::with("outside/a.yaml", MIXED).and("home/t/b.yaml", "message: x\n");
        symlink("../../outside/a.yaml", folder.path("home/t/a.yaml")).unwrap();
        symlink("../outside", folder.path("home/linked")).unwrap();
        let at_home = |arguments: &str| {
            let mut command = crate::cli::kenarc(&folder.path("home"));
            Run::of(command.args(words("check --format concise --fix")).args(words(arguments)))
        };
        for path in ["t/a.yaml", "linked/a.yaml"] {
            let run = at_home(path);
            assert!(
                run.status == 2 && run.stderr.contains(&format!("{path} is a link out of this folder, to /")),
                "{run}"
            );
            assert_eq!(run.stdout.lines().count(), 3, "{run}");
        }
        assert_eq!(at_home("t").status, 0);
        assert_eq!(folder.read("outside/a.yaml"), MIXED);
        // A folder that is named is meant.
        assert_eq!(at_home("linked").status, 1);
        assert_eq!(folder.read("outside/a.yaml"), MIXED_FIXED);
    }

    #[test]
    fn named_file_in_another_folder_is_fixed() {
        let folder = Folder::with("there/a.yaml", MIXED).and("home/x", "");
        for path in ["../there/a.yaml".into(), folder.path("there/a.yaml")] {
            folder.write("there/a.yaml", MIXED);
            let mut command = crate::cli::kenarc(&folder.path("home"));
            assert_eq!(Run::of(command.args(words("check --fix")).arg(path)).status, 1);
            assert_eq!(folder.read("there/a.yaml"), MIXED_FIXED);
        }
    }
}
