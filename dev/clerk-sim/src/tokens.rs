//! Session tokens (Clerk, session token versions 1 and 2), good ones and, on request, bad ones.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::ids::new_id;
use crate::instance::Instance;
use crate::keys::SessionKey;
use crate::organizations::full_role;
use crate::plans::{Plan, default_plan, find_plan, stored_plan};
use crate::refusal::Refusal;
use crate::state::Organization;

/// The life of a token when nothing else is asked, as at Clerk.
const DEFAULT_TTL: i64 = 60;
/// Longer than any working day with a console open.
const LONGEST_TTL: i64 = 86_400;
/// Header `cat` of a session token; machine tokens have another.
const SESSION_CATEGORY: &str = "cl_B7d4PD111AAA";

/// The query of `GET /token`.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenRequest {
    pub organization: Option<String>,
    /// `admin`, `member` or any custom key.
    pub role: Option<String>,
    pub user: Option<String>,
    pub slug: Option<String>,
    pub plan: Option<String>,
    pub version: Option<u8>,
    /// Seconds.
    pub ttl: Option<i64>,
    /// `1`: issued so long ago that it has expired.
    pub expired: Option<String>,
    /// Empty: no `azp`, as from a native application.
    pub azp: Option<String>,
    pub iss: Option<String>,
    pub aud: Option<String>,
    pub sts: Option<String>,
    /// A user who impersonates.
    pub act: Option<String>,
    /// `other`: signed by a key that is not the instance's.
    pub key: Option<String>,
    /// `RS256`, `RS512`, `HS256` (keyed with the public PEM) or `none`.
    pub alg: Option<String>,
    pub typ: Option<String>,
    /// Claims to leave out, separated by commas.
    pub omit: Option<String>,
}

/// Makes the token that was asked for.
pub fn mint(instance: &Instance, request: &TokenRequest, now: i64) -> Result<String, Refusal> {
    let mut claims = claims(instance, request, now)?;
    for name in request.omit.iter().flat_map(|names| names.split(',')) {
        if claims.remove(name).is_none() {
            return Err(Refusal::bad_request(format!("omit: the token has no claim {name:?}")));
        }
    }
    let algorithm = request.alg.as_deref().unwrap_or("RS256");
    let header = json!({
        "alg": algorithm,
        "cat": SESSION_CATEGORY,
        "kid": instance.settings.instance_id,
        "typ": request.typ.as_deref().unwrap_or("JWT"),
    });
    let signed = format!("{}.{}", encode(&header), encode(&Value::Object(claims)));
    let signature = match request.key.as_deref() {
        None | Some("instance") => signature(&instance.key, algorithm, &signed),
        Some("other") => signature(&other_key()?, algorithm, &signed),
        Some(_) => Err(Refusal::bad_request("key must be instance or other")),
    }?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn claims(instance: &Instance, request: &TokenRequest, now: i64) -> Result<Map<String, Value>, Refusal> {
    let version = request.version.unwrap_or(2);
    if !matches!(version, 1 | 2) {
        return Err(Refusal::bad_request("version must be 1 or 2"));
    }
    let known = known_organization(instance, request);
    let (issued, expires) = lifetime(request, now)?;
    let mut claims = common_claims(instance, request, known.as_ref());
    claims.insert("iat".into(), json!(issued));
    claims.insert("nbf".into(), json!(issued - 10));
    claims.insert("exp".into(), json!(expires));

    let plan = plan_of(request, known.as_ref())?;
    let holder = request.organization.as_deref().map(|id| Holder::new(id, request, known.as_ref()));
    if version == 2 {
        claims.insert("v".into(), json!(2));
        claims.insert("sts".into(), json!(status(request)?));
        add_version_2(&mut claims, holder.as_ref(), plan);
    } else if let Some(holder) = &holder {
        add_version_1(&mut claims, holder, plan);
    }
    Ok(claims)
}

fn known_organization(instance: &Instance, request: &TokenRequest) -> Option<Organization> {
    let id = request.organization.as_deref()?;
    instance.directory().organizations.into_iter().find(|organization| organization.id == id)
}

/// Issued and expiry, in seconds.
fn lifetime(request: &TokenRequest, now: i64) -> Result<(i64, i64), Refusal> {
    let ttl = request.ttl.unwrap_or(DEFAULT_TTL);
    if !(1..=LONGEST_TTL).contains(&ttl) {
        return Err(Refusal::bad_request(format!("ttl must be 1 to {LONGEST_TTL} seconds")));
    }
    let expired = match request.expired.as_deref() {
        None | Some("0" | "false") => false,
        Some("1" | "true") => true,
        Some(_) => return Err(Refusal::bad_request("expired must be 0 or 1")),
    };
    let issued = if expired { now - ttl - 60 } else { now };
    Ok((issued, issued + ttl))
}

fn status(request: &TokenRequest) -> Result<&str, Refusal> {
    match request.sts.as_deref() {
        None => Ok("active"),
        Some(status @ ("active" | "pending")) => Ok(status),
        Some(_) => Err(Refusal::bad_request("sts must be active or pending")),
    }
}

fn plan_of(request: &TokenRequest, known: Option<&Organization>) -> Result<&'static Plan, Refusal> {
    match &request.plan {
        Some(name) => find_plan(name),
        None => Ok(known
            .and_then(|organization| organization.subscription.live_item())
            .map_or(default_plan(), |item| stored_plan(&item.plan))),
    }
}

fn common_claims(instance: &Instance, request: &TokenRequest, known: Option<&Organization>) -> Map<String, Value> {
    let user = request
        .user
        .clone()
        .or_else(|| known.map(|organization| organization.created_by.clone()))
        .unwrap_or_else(|| "user_local".to_owned());
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(request.iss.as_deref().unwrap_or(&instance.base_url)));
    claims.insert("sub".into(), json!(user));
    claims.insert("sid".into(), json!(new_id("sess")));
    claims.insert("jti".into(), json!(new_id("jti")));
    claims.insert("fva".into(), json!([0, -1]));
    let origin = request.azp.as_deref().unwrap_or(&instance.settings.authorized_party);
    if !origin.is_empty() {
        claims.insert("azp".into(), json!(origin));
    }
    if let Some(audience) = &request.aud {
        claims.insert("aud".into(), json!(audience));
    }
    if let Some(actor) = &request.act {
        claims
            .insert("act".into(), json!({ "iss": "https://dashboard.clerk.com", "sid": new_id("sess"), "sub": actor }));
    }
    claims
}

/// The organisation that is active in the session.
struct Holder {
    id: String,
    slug: String,
    /// With the prefix.
    role: String,
}

impl Holder {
    fn new(id: &str, request: &TokenRequest, known: Option<&Organization>) -> Self {
        let slug = request.slug.clone().or_else(|| known.map(|organization| organization.slug.clone()));
        Self {
            id: id.to_owned(),
            slug: slug.unwrap_or_else(|| id.trim_start_matches("org_").to_lowercase()),
            role: full_role(request.role.as_deref().unwrap_or("admin")),
        }
    }

    fn permissions(&self) -> &'static [&'static str] {
        if self.role == "org:admin" { &["manage", "read"] } else { &["read"] }
    }
}

/// `org_*` claims; no plan.
fn add_version_1(claims: &mut Map<String, Value>, holder: &Holder, plan: &Plan) {
    let permissions: Vec<String> = plan
        .features
        .iter()
        .flat_map(|feature| holder.permissions().iter().map(move |name| format!("org:{feature}:{name}")))
        .collect();
    claims.insert("org_id".into(), json!(holder.id));
    claims.insert("org_slug".into(), json!(holder.slug));
    claims.insert("org_role".into(), json!(holder.role));
    claims.insert("org_permissions".into(), json!(permissions));
}

/// `o`, whose role has no prefix, with the plan in `pla` and one bit mask of permissions for each feature of `fea`.
fn add_version_2(claims: &mut Map<String, Value>, holder: Option<&Holder>, plan: &Plan) {
    let Some(holder) = holder else {
        claims.insert("pla".into(), json!("u:free_user"));
        return;
    };
    let names = holder.permissions();
    let mask = (1_u64 << names.len()) - 1;
    let features: Vec<String> = plan.features.iter().map(|feature| format!("o:{feature}")).collect();
    let masks: Vec<String> = plan.features.iter().map(|_| mask.to_string()).collect();
    claims.insert("pla".into(), json!(format!("o:{}", plan.slug)));
    claims.insert("fea".into(), json!(features.join(",")));
    let role = holder.role.strip_prefix("org:").unwrap_or(&holder.role);
    claims.insert(
        "o".into(),
        json!({ "id": holder.id, "rol": role, "slg": holder.slug, "per": names.join(","), "fpm": masks.join(",") }),
    );
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn signature(key: &SessionKey, algorithm: &str, signed: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = signed.as_bytes();
    match algorithm {
        "RS256" => key.sign_sha256(bytes).map_err(|error| Refusal::internal(&error)),
        "RS512" => key.sign_sha512(bytes).map_err(|error| Refusal::internal(&error)),
        "HS256" => hmac_with_public_key(key, bytes),
        "none" => Ok(Vec::new()),
        _ => Err(Refusal::bad_request("alg must be RS256, RS512, HS256 or none")),
    }
}

/// The classic forgery: the public key, which everybody has, used as the secret of an HMAC.
fn hmac_with_public_key(key: &SessionKey, bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.public_pem().as_bytes())
        .map_err(|error| Refusal::internal(&anyhow::Error::new(error)))?;
    mac.update(bytes);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// Made anew for each token: nobody needs a foreign key often enough to keep one.
fn other_key() -> Result<SessionKey, Refusal> {
    SessionKey::generate().map_err(|error| Refusal::internal(&error))
}
