//! `kenarc test`: rendered examples compared with their snapshots.

use std::fs;

use insta::assert_snapshot;

use crate::cli::{Folder, Run, words};

const ORDER: &str = "\
variables: { item: { type: string }, price: { type: integer, default: 0 } }
message: |
  سفارش «{{ item }}» ثبت شد.
  {%- if price %}
  قیمت: {{ price }} تومان
  {%- endif %}
receiver_buttons:
  - - { icon: LOCAL_SHIPPING, caption: پیگیری, open_direct_link: https://app.example/orders }
examples:
  paid: { item: کیف, price: 250000 }
  free: { item: کیف }
";

const PAID: &str = "templates/__rendered__/order/paid.json";
const FREE: &str = "templates/__rendered__/order/free.json";

fn test(folder: &Folder, arguments: &str) -> Run {
    folder.kenarc(words("test").chain(words(arguments)))
}

/// Returns a folder with one template of two examples, both stored.
#[track_caller]
fn stored() -> Folder {
    let folder = Folder::with("templates/order.yaml", ORDER);
    assert_eq!(test(&folder, "--update").status, 0);
    folder
}

/// Returns the paths of all snapshots, relative to their folder.
fn stored_files(folder: &Folder) -> Vec<String> {
    let root = folder.path("templates/__rendered__");
    let mut files: Vec<String> = ignore::Walk::new(&root)
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.path().strip_prefix(&root).unwrap().display().to_string())
        .collect();
    files.sort();
    files
}

mod comparing {
    use super::*;

    #[test]
    fn the_diff_is_coloured_on_demand_and_not_into_a_pipe() {
        let folder = stored();
        folder.write(FREE, folder.read(FREE).replace("پیگیری", "رهگیری"));
        let run = test(&folder, "--color always");
        assert!(run.stdout.contains("\u{1b}[31m-            \"caption\": \"رهگیری\"\u{1b}[0m"), "{run}");
        assert!(run.stdout.contains("\u{1b}[32m+            \"caption\": \"پیگیری\"\u{1b}[0m"), "{run}");
        assert!(!test(&folder, "").stdout.contains('\u{1b}'));
    }

    #[test]
    fn terminal_control_characters_are_made_visible() {
        let folder = stored();
        folder.write(PAID, "no JSON \u{1b}[2J\u{202e}\n");
        let run = test(&folder, "");
        assert!(run.stdout.contains("-no JSON ?[2J\u{fffd}\n"), "{run}");
    }

    #[test]
    fn results_are_ordered_by_path_and_example() {
        let folder = Folder::empty();
        for name in ["b", "c/x", "a", "c/a"] {
            folder.write(&format!("templates/{name}.yaml"), ORDER);
        }
        let run = test(&folder, "");
        assert_snapshot!(run, @r"
        exit status 1
        --- stdout
        × templates/a.yaml, example `paid`: no snapshot; write it with --update
        × templates/a.yaml, example `free`: no snapshot; write it with --update
        × templates/b.yaml, example `paid`: no snapshot; write it with --update
        × templates/b.yaml, example `free`: no snapshot; write it with --update
        × templates/c/a.yaml, example `paid`: no snapshot; write it with --update
        × templates/c/a.yaml, example `free`: no snapshot; write it with --update
        × templates/c/x.yaml, example `paid`: no snapshot; write it with --update
        × templates/c/x.yaml, example `free`: no snapshot; write it with --update
        --- stderr
        4 templates, 8 examples: 8 without a snapshot
        ");
        for _ in 0..5 {
            assert_eq!(test(&folder, ""), run);
        }
    }
}

mod updating {
    use super::*;

    #[test]
    fn update_of_one_template_leaves_the_others_alone() {
        let folder = stored().and("templates/other.yaml", ORDER).and("templates/__rendered__/gone/old.json", "{}");
        assert_eq!(test(&folder, "--update templates/other.yaml").status, 0);
        folder.write("templates/order.yaml", ORDER.replace("free:", "gratis:"));
        assert_eq!(test(&folder, "--update templates/other.yaml").status, 0);
        let files = ["gone/old.json", "order/free.json", "order/paid.json", "other/free.json", "other/paid.json"];
        assert_eq!(stored_files(&folder), files);
    }

    #[test]
    fn files_other_than_snapshots_are_kept() {
        let folder = stored()
            .and("templates/__rendered__/README.md", "mine")
            .and("templates/__rendered__/order/notes.txt", "mine")
            .and("templates/__rendered__/loose.json", "mine")
            .and("templates/__rendered__/order/deep/er.json", "mine");
        let files = stored_files(&folder);
        assert_eq!(test(&folder, "--update").status, 0);
        assert_eq!(test(&folder, "--update templates/__rendered__").status, 1);
        assert_eq!(stored_files(&folder), files);
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = Folder::with("templates/order.yaml", ORDER).and("elsewhere/precious.json", "kept");
        {
            fs::create_dir_all(folder.path("templates/__rendered__/order")).unwrap();
            std::os::unix::fs::symlink(folder.path("elsewhere/precious.json"), folder.path(PAID)).unwrap();
            let run = test(&folder, "--update");
            assert_eq!(run.status, 2, "{run}");
            assert!(run.stderr.contains("paid.json is a symbolic link"), "{run}");
        }
        assert_eq!(folder.read("elsewhere/precious.json"), "kept");
    }
}

mod names {
    use super::*;

    #[test]
    fn snapshots_are_never_written_outside_of_their_folder() {
        let examples =
            ["../../escape", "/etc/x", "..", ".hidden", "a/b", "CON:1", "100%", "نیم\u{200c}فاصله", "a b", " ", ""];
        let examples: String = examples.iter().map(|name| format!("  \"{name}\": {{}}\n")).collect();
        let folder = Folder::with("templates/order.yaml", format!("message: x\nexamples:\n{examples}"));
        assert_eq!(test(&folder, "--update").status, 0);
        assert_snapshot!(stored_files(&folder).join("\n"), @r"
        order/%.json
        order/%20.json
        order/%2E%2E.json
        order/%2E.%2F..%2Fescape.json
        order/%2Ehidden.json
        order/%2Fetc%2Fx.json
        order/100%25.json
        order/CON%3A1.json
        order/a b.json
        order/a%2Fb.json
        order/نیم‌فاصله.json
        ");
        assert_eq!(test(&folder, "").status, 0);
        assert!(!folder.path("escape.json").exists());
    }

    #[test]
    fn templates_that_differ_in_their_extension_only_have_separate_snapshots() {
        let folder = Folder::with("templates/order.yaml", ORDER)
            .and("templates/order.yml", ORDER)
            .and("templates/order.json", r#"{"message": "x", "examples": {"paid": {}}}"#);
        assert_eq!(test(&folder, "--update").status, 0);
        let files = [
            "order.json/paid.json",
            "order.yml/free.json",
            "order.yml/paid.json",
            "order/free.json",
            "order/paid.json",
        ];
        assert_eq!(stored_files(&folder), files);
        for path in ["", "templates/order.yaml", "templates/order.json"] {
            assert_eq!(test(&folder, path).status, 0);
        }
    }
}

mod failing {
    use super::*;

    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use crate::machine::ran_as_ordinary_user;

    #[test]
    fn unreadable_templates_fail_and_the_rest_is_tested() {
        // A folder in the place of a file cannot be read, by root neither.
        let folder = stored().and("templates/other.yaml", ORDER);
        fs::remove_file(folder.path(PAID)).unwrap();
        fs::create_dir(folder.path(PAID)).unwrap();
        assert_snapshot!(test(&folder, ""), @r"
        exit status 2
        --- stdout
        × templates/other.yaml, example `paid`: no snapshot; write it with --update
        × templates/other.yaml, example `free`: no snapshot; write it with --update
        --- stderr
        1 template, 2 examples: 2 without a snapshot
        error: cannot read templates/__rendered__/order/paid.json: Is a directory (os error 21)
        ");
    }

    #[test]
    fn unreadable_folder_is_a_failure() {
        if ran_as_ordinary_user(&unreadable_folder_is_a_failure) {
            return;
        }
        let folder = stored().and("templates/private/order.yaml", ORDER);
        let private = folder.path("templates/private");
        fs::set_permissions(&private, Permissions::from_mode(0o000)).unwrap();
        let run = test(&folder, "");
        fs::set_permissions(&private, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(run.status, 2, "{run}");
        assert!(run.stderr.contains("cannot search templates/private: Permission denied"), "{run}");
    }
}

mod junit {
    use super::*;
    use uppsala::XsdValidator;

    #[test]
    fn a_template_is_a_suite_and_an_example_a_test() {
        let folder = stored()
            .and("templates/broken.yaml", "message: {{ x }}\n")
            .and("templates/plain.yaml", "message: سلام\nexamples: { <new>: {} }\n")
            .and("templates/__rendered__/gone/old.json", "{}");
        folder.write(PAID, folder.read(PAID).replace("پیگیری", "رهگیری"));
        let run = test(&folder, "--format junit");
        let xsd = include_str!("../fixtures/formats/schemas/junit-10.xsd");
        let schema = XsdValidator::from_schema(&uppsala::parse(xsd).unwrap()).unwrap();
        let errors = schema.validate(&uppsala::parse(&run.stdout).unwrap());
        assert!(errors.is_empty(), "{errors:?}");
        assert_snapshot!(run, @r#"
        exit status 1
        --- stdout
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="kenarc" tests="5" failures="4" errors="0">
            <testsuite name="templates/broken.yaml" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="compiles" classname="templates/broken.yaml">
                    <failure message="unquoted expression: YAML reads `{` as the start of a mapping" type="unquoted-expression">templates/broken.yaml:1:10: error[unquoted-expression]: unquoted expression: YAML reads `{` as the start of a mapping
        help: write &quot;{{ x }}&quot;</failure>
                </testcase>
            </testsuite>
            <testsuite name="templates/order.yaml" tests="2" skipped="0" errors="0" failures="1">
                <testcase name="paid" classname="templates/order.yaml">
                    <failure message="differs from templates/__rendered__/order/paid.json" type="differs">--- templates/__rendered__/order/paid.json
        +++ rendered
        @@ -10,7 +10,7 @@
                       &quot;open_direct_link&quot;: &quot;https://app.example/orders&quot;
                     },
                     &quot;icon&quot;: &quot;LOCAL_SHIPPING&quot;,
        -            &quot;caption&quot;: &quot;رهگیری&quot;
        +            &quot;caption&quot;: &quot;پیگیری&quot;
                   }
                 ]
               }
        </failure>
                </testcase>
                <testcase name="free" classname="templates/order.yaml"/>
            </testsuite>
            <testsuite name="templates/plain.yaml" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="&lt;new&gt;" classname="templates/plain.yaml">
                    <failure message="no snapshot; write it with --update" type="missing-snapshot">no snapshot; write it with --update</failure>
                </testcase>
            </testsuite>
            <testsuite name="templates/__rendered__/gone" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="old.json" classname="templates/__rendered__/gone">
                    <failure message="templates/__rendered__/gone/old.json is stale: no example belongs to it; remove it with --update" type="stale-snapshot">templates/__rendered__/gone/old.json is stale: no example belongs to it; remove it with --update</failure>
                </testcase>
            </testsuite>
        </testsuites>
        --- stderr
        3 templates, 3 examples: 1 with errors, 1 differs, 1 without a snapshot, 1 stale
        "#);
    }
}
