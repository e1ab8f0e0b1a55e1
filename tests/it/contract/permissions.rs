//! What each program can ask of AWS, against what its policies allow.
//!
//! The linker leaves out what a program never calls, so the symbols of a binary say which operations it can reach at all.
//! Which queue, bucket or secret is meant stands in its settings, and `environment.rs` holds those against the code.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::deployed_shape::binary;

use super::{
    checkout::{files, read},
    template::{Function, Template, as_list},
};

/// An action and what it is allowed on, such as `sqs:SendMessage InboxQueue`.
type Permissions = BTreeSet<String>;

/// Requests of [`shared::storage`] to a bucket: what each needs, on which objects. An upload lies below the files of its
/// workspace.
const STORAGE: [(&str, &[&str]); 8] = [
    ("put", &["s3:PutObject ${MediaBucket}/media/*"]),
    ("upload_address", &["s3:PutObject ${MediaBucket}/media/*/uploads/*"]),
    ("document_upload_address", &["s3:PutObject ${MediaBucket}/media/*/documents/*"]),
    ("address", &["s3:GetObject ${MediaBucket}/media/*"]),
    ("carrier_address", &["s3:GetObject ${MediaBucket}/media/*/uploads/*"]),
    // As for the size.
    ("get", &["s3:GetObject ${MediaBucket}/media/*", "s3:ListBucket ${MediaBucket}"]),
    ("delete", &["s3:DeleteObject ${MediaBucket}/media/*"]),
    // Without the second, an object that is missing is answered like one that is forbidden.
    ("size", &["s3:GetObject ${MediaBucket}/media/*", "s3:ListBucket ${MediaBucket}"]),
];

/// Functions that put nothing but what lies below the documents of a workspace.
const OF_DOCUMENTS: [&str; 1] = ["manage-port-orders"];
const DOCUMENTS_PUT: &[&str] = &["s3:PutObject ${MediaBucket}/media/*/documents/*"];

/// Operations of the SDK that are in every program and that none performs in Lambda: roles to assume come from profiles.
const OF_THE_CREDENTIALS: [&str; 2] =
    ["aws_sdk_sts::client::assume_role", "aws_sdk_sts::client::assume_role_with_web_identity"];

#[test]
fn the_policies_of_a_function_allow_exactly_the_calls_that_its_program_can_make() {
    let mut problems = Vec::new();
    for (name, function) in Template::read().functions {
        let symbols = symbols(&name);
        problems.extend(differences(&name, &needed(&name, &function, &symbols), &allowed(&function)));
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn a_permission_too_few_or_too_many_is_found() {
    let functions = Template::read().functions;
    for name in ["send-message", "sweep", "work-media", "upload-media", "receive-message"] {
        let function = &functions[name];
        let needed = needed(name, function, &symbols(name));
        let allowed = allowed(function);
        assert!(needed.len() >= 2, "{name}: {needed:?}");
        for permission in &needed {
            let mut too_few = allowed.clone();
            too_few.remove(permission);
            assert_eq!(differences(name, &needed, &too_few).len(), 1, "{name} without {permission}");
        }
        let surplus = ["sqs:SendMessage MediaDeadLetterQueue", "s3:GetObject ${ConsoleBucket}/*", "ses:SendEmail *"];
        for permission in surplus {
            let mut too_many = allowed.clone();
            too_many.insert(permission.to_owned());
            assert_eq!(differences(name, &needed, &too_many).len(), 1, "{name} with {permission}");
        }
    }
}

#[test]
fn each_request_of_the_storage_is_known_here() {
    let source = read("shared/src/storage.rs");
    let mut method = "";
    let mut requests = BTreeSet::new();
    for line in source.lines() {
        if let Some(rest) = line.trim_start().strip_prefix("pub async fn ") {
            method = rest.split('(').next().unwrap_or_default();
        }
        if line.contains("_object(Some(") {
            requests.insert(method);
        }
    }
    assert_eq!(requests, STORAGE.iter().map(|(method, _)| *method).collect(), "left: storage.rs, right: this test");
}

/// What the program asks of AWS.
fn needed(name: &str, function: &Function, symbols: &[String]) -> Permissions {
    let reaches = |path: &str| symbols.iter().any(|symbol| symbol.starts_with(path));
    let mut needed = Permissions::new();
    for operation in symbols.iter().filter_map(|symbol| sdk_operation(symbol)) {
        match operation {
            "aws_sdk_secretsmanager::client::get_secret_value" => {
                needed
                    .extend(function.secrets().iter().map(|secret| format!("secretsmanager:GetSecretValue {secret}")));
            }
            "aws_sdk_sqs::client::send_message" => {}
            "aws_sdk_sesv2::client::send_email" => {
                needed.insert("ses:SendEmail identity/${MailIdentity}".to_owned());
            }
            known if OF_THE_CREDENTIALS.contains(&known) => {}
            other => panic!("{name} can call {other}: say here what permission that needs"),
        }
    }
    for (sender, queue) in senders(name, function) {
        if reaches(&format!("shared::queue::{sender}::send")) {
            needed.insert(format!("sqs:SendMessage {queue}"));
        }
    }
    for (method, permissions) in STORAGE {
        if reaches(&format!("shared::storage::Storage::{method}::")) {
            let is_narrower = method == "put" && OF_DOCUMENTS.contains(&name);
            let known = if is_narrower { DOCUMENTS_PUT } else { permissions };
            needed.extend(known.iter().map(|permission| (*permission).to_owned()));
        }
    }
    // What is allowed on all files is allowed on uploads.
    let all_files = needed.clone();
    needed.retain(|permission| {
        let wider = permission.replace("/media/*/uploads/*", "/media/*");
        wider == *permission || !all_files.contains(&wider)
    });
    needed
}

/// The types of `shared::queue` that the program builds, with their modules, and the queue of the template that each sends to.
fn senders(name: &str, function: &Function) -> BTreeMap<String, String> {
    let main = read(format!("functions/{name}/src/main.rs"));
    let modules = files("shared/src/queue", "rs");
    let mut senders = BTreeMap::new();
    for line in main.lines().filter(|line| line.contains("Sender::new(env.required(\"")) {
        let (before, after) = line.split_once("Sender::new(env.required(\"").expect("was looked for");
        let kind = format!("{}Sender", before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default());
        let setting = after.split('"').next().unwrap_or_default();
        let queue = function.variables[setting]["Ref"].as_str().expect("a setting with a queue's URL");
        let declared = format!("pub struct {kind}(");
        let module = modules.iter().find(|module| read(module).contains(&declared));
        let module = module.unwrap_or_else(|| panic!("{name}: {kind} is not in shared::queue"));
        let module = module.file_stem().expect("a module has a name").to_string_lossy();
        senders.insert(format!("{module}::{kind}"), queue.to_owned());
    }
    let settings = function.variables.keys().filter(|setting| setting.ends_with("_QUEUE_URL")).count();
    assert_eq!(senders.len(), settings, "{name}: each queue of its settings has a sender in main.rs");
    senders
}

/// What the policies allow. What they deny only narrows what SAM adds for a queue that is read.
fn allowed(function: &Function) -> Permissions {
    let statements =
        function.policies.as_array().into_iter().flatten().flat_map(|policy| as_list(&policy["Statement"]));
    let mut allowed = Permissions::new();
    for statement in statements.filter(|statement| statement["Effect"] == "Allow") {
        for action in as_list(&statement["Action"]) {
            for resource in as_list(&statement["Resource"]) {
                allowed.insert(format!("{} {}", action.as_str().unwrap_or_default(), short(&resource)));
            }
        }
    }
    let written = function.policies.as_array().into_iter().flatten();
    let templates: Vec<_> = written.filter(|policy| policy["Statement"].is_null()).collect();
    assert!(templates.is_empty(), "a policy template of SAM allows more than one call: {templates:?}");
    allowed
}

/// A resource as a permission names it.
fn short(resource: &Value) -> String {
    if let Some(attribute) = resource["Fn::GetAtt"].as_str() {
        return attribute.trim_end_matches(".Arn").to_owned();
    }
    let arn = resource["Fn::Sub"].as_str().or(resource.as_str()).unwrap_or_else(|| panic!("{resource} is an ARN"));
    if let Some((_, secret)) = arn.split_once(":secret:${") {
        return secret.trim_end_matches("}-??????").to_owned();
    }
    arn.rsplit_once(':').map_or(arn, |(_, name)| name).to_owned()
}

fn differences(name: &str, needed: &Permissions, allowed: &Permissions) -> Vec<String> {
    let missing = needed.difference(allowed).map(|it| format!("{name} may call {it}: the template does not allow it"));
    let surplus = allowed.difference(needed).map(|it| format!("{name} is allowed {it}: its program never calls it"));
    missing.chain(surplus).collect()
}

/// `aws_sdk_sqs::client::send_message` of any symbol that belongs to it.
fn sdk_operation(symbol: &str) -> Option<&str> {
    let service = symbol.strip_prefix("aws_sdk_")?;
    let (service, rest) = service.split_once("::client::")?;
    let operation = rest.split("::").next()?;
    let is_operation =
        !service.contains("::") && operation.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
    let length = "aws_sdk_".len() + service.len() + "::client::".len() + operation.len();
    is_operation.then(|| &symbol[..length])
}

/// The symbols of a function's binary, demangled.
fn symbols(function: &str) -> Vec<String> {
    let program = binary(function);
    let output = Command::new("nm").arg("-C").arg(&program).output().expect("nm comes with the C compiler");
    assert!(output.status.success(), "nm {}: run cargo build first", program.display());
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.splitn(3, ' ').nth(2));
    let symbols: Vec<String> = names.map(|name| name.trim_start_matches('_').to_owned()).collect();
    assert!(symbols.iter().any(|symbol| symbol.starts_with("shared::")), "{function}: the symbols are demangled");
    symbols
}
