//! The plans of the simulated instance, as its owner would set them up in Clerk's dashboard.

use crate::refusal::Refusal;

/// A plan for organisations.
#[derive(Debug)]
pub struct Plan {
    pub id: &'static str,
    pub slug: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    /// Cents a month.
    pub amount: i64,
    pub features: &'static [&'static str],
    /// Members a workspace may have; `None` is unlimited.
    pub seats: Option<u32>,
}

impl Plan {
    /// Whether this is the plan that every organisation gets on creation.
    pub fn is_default(&self) -> bool {
        self.amount == 0
    }
}

/// From the least to the best.
pub const PLANS: [Plan; 3] = [
    Plan {
        id: "cplan_free_org",
        slug: "free_org",
        name: "Starter",
        description: "The shared number only",
        amount: 0,
        features: &["inbox"],
        seats: Some(5),
    },
    Plan {
        id: "cplan_pro",
        slug: "pro",
        name: "Pro",
        description: "One number of its own",
        amount: 4_900,
        features: &["inbox", "numbers"],
        seats: Some(20),
    },
    Plan {
        id: "cplan_enterprise",
        slug: "enterprise",
        name: "Enterprise",
        description: "Ten numbers, one per department",
        amount: 19_900,
        features: &["inbox", "numbers", "analytics"],
        seats: None,
    },
];

/// The plan that every organisation gets on creation.
pub fn default_plan() -> &'static Plan {
    &PLANS[0]
}

/// A plan by its slug or by the name people use for it.
pub fn find_plan(name: &str) -> Result<&'static Plan, Refusal> {
    let slug = match name {
        "starter" | "free" => "free_org",
        "professional" => "pro",
        other => other,
    };
    PLANS
        .iter()
        .find(|plan| plan.slug == slug)
        .ok_or_else(|| Refusal::bad_request(format!("plan must be starter, pro or enterprise, not {name:?}")))
}

/// The plan of a stored slug; state files hold only known slugs, so anything else is the default plan.
pub fn stored_plan(slug: &str) -> &'static Plan {
    PLANS.iter().find(|plan| plan.slug == slug).unwrap_or(default_plan())
}
