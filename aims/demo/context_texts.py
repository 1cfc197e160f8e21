"""What the demo firm wrote about its context and leadership."""

# title, kind, topic, what it means, relevant, what is done, days until review
ISSUES = (
    (
        "EU AI Act becomes applicable in steps",
        "external",
        "law",
        "Claims triage may count as high-risk; duties of a deployer and of a provider apply at different dates.",
        True,
        "Roles and classes are recorded for each system; the dates are in the calendar.",
        60,
    ),
    (
        "The supervisor asks how claims are decided",
        "external",
        "law",
        "Each refusal must be explained for up to ten years.",
        True,
        "Decision records are signed and kept.",
        90,
    ),
    (
        "Corporate customers ask for a certificate",
        "external",
        "contracts",
        "Two tenders of this year name ISO/IEC 42001.",
        True,
        "The certificate audit is planned.",
        30,
    ),
    (
        "Models change under our feet",
        "external",
        "technology",
        "A supplier may retire a model version within half a year.",
        True,
        "Versions are pinned and signed for.",
        45,
    ),
    (
        "Policyholders distrust machines",
        "external",
        "society",
        "A survey of spring: four in ten want a person to decide.",
        True,
        "People are told, and a handler confirms each proposal above 500 euros.",
        120,
    ),
    (
        "Climate change",
        "external",
        "climate",
        "Storm claims grow, and AI sorts them; the systems themselves use little energy.",
        False,
        "Judged not relevant to the management of AI: the effect on claims is dealt with in underwriting.",
        200,
    ),
    (
        "Two people know the AI proxy",
        "internal",
        "people",
        "An outage or a leave stops changes.",
        True,
        "A third is being trained.",
        20,
    ),
    (
        "Speed is what the board measures",
        "internal",
        "governance",
        "Pressure to confirm proposals quickly works against oversight.",
        True,
        "The share of overrides is reported beside the speed.",
        75,
    ),
)

# name, kind, needs, met by
PARTIES = (
    (
        "Policyholders",
        "customers",
        "Fair and quick decisions; a person who can be reached.",
        "Human confirmation, complaint route, monthly fairness figures.",
    ),
    (
        "Injured third parties",
        "affected",
        "Not to be treated worse because they are no customers.",
        "Included in the fairness figures. Access to the model is not given: it would not help them.",
    ),
    (
        "Claims handlers and the works council",
        "staff",
        "Not to be measured by the machine; time to disagree.",
        "A limit of proposals an hour, agreed with the works council.",
    ),
    (
        "Insurance supervisor",
        "authorities",
        "Explainable decisions, records, a named contact.",
        "Records, roles, reports.",
    ),
    (
        "Data protection authority",
        "authorities",
        "A lawful basis, and no decision by a machine alone.",
        "A handler decides; impact assessments.",
    ),
    (
        "Model suppliers",
        "suppliers",
        "Use within their terms; notice of incidents.",
        "Terms are checked at each release.",
    ),
    ("Board and owners", "owners", "Lower cost without a scandal.", "Objectives, quarterly report, treatment plan."),
)

# system, role, role of the AI Act, why
AI_ROLES = (
    ("claims-triage", "producer", "provider", "We put it together, name it, and decide how it works."),
    ("claims-triage", "customer", "deployer", "Our handlers use it on claims."),
    ("customer-assistant", "customer", "deployer", "We use a bought model under our own prompt, and name ourselves."),
    ("underwriting-summary", "customer", "deployer", "Underwriters use it for summaries."),
    ("fraud-signals", "producer", "provider", "We train and test it ourselves."),
)

# name, purpose, comes in, goes out, how one sees that it works, owner
PROCESSES = (
    (
        "Propose an AI system",
        "So that nothing is built before somebody asked why.",
        "An idea",
        "A described system",
        "Ideas without a system",
        "carla",
    ),
    (
        "Assess risk and impact",
        "So that harm is known before use.",
        "A described system",
        "Risks, an impact assessment",
        "Share of systems assessed",
        "carla",
    ),
    (
        "Treat risks",
        "So that what is too high comes down.",
        "Risks",
        "Treatments, remaining risk",
        "Treatments late",
        "carla",
    ),
    (
        "Release",
        "So that only what was tested runs.",
        "A tested version",
        "A signed version",
        "Releases without a signature",
        "sam",
    ),
    (
        "Operate and oversee",
        "So that people stay in charge.",
        "A signed version",
        "Decision records",
        "Share of overrides",
        "jonas",
    ),
    (
        "Handle incidents and concerns",
        "So that harm stops within minutes.",
        "A report",
        "A correction, a cause",
        "Time to stop",
        "jonas",
    ),
    (
        "Review and improve",
        "So that the next year is better.",
        "Figures, incidents, audits",
        "Decisions",
        "Decisions carried out",
        "margit",
    ),
)
HANDS_ON = (
    (0, 1, "described system"),
    (1, 2, "risks"),
    (2, 3, "treated risks"),
    (3, 4, "signed version"),
    (4, 5, "reports"),
    (4, 6, "figures"),
    (5, 6, "causes"),
    (6, 1, "changes"),
)

# name, duty, holder, deputy, answers for, may decide, reports to
ROLES = (
    (
        "Compliance officer for AI",
        "both",
        "carla",
        "ada",
        "That the management system conforms, and that the board hears how it stands.",
        "Open a nonconformity; stop a release.",
        "The board",
    ),
    (
        "Member of the board for AI",
        "other",
        "margit",
        "",
        "The policy, the scope, the resources.",
        "Accept remaining risk.",
        "The board",
    ),
    (
        "Owner of claims systems",
        "other",
        "jonas",
        "carla",
        "What claims triage and fraud signals do to people.",
        "Switch a system off.",
        "Member of the board for AI",
    ),
    (
        "Platform engineer on call",
        "other",
        "sam",
        "",
        "That decisions are recorded, and that a system can be stopped.",
        "Switch a system off without asking.",
        "Head of technology",
    ),
    (
        "Internal auditor",
        "other",
        "tomas",
        "",
        "Looking at all of it without having built any of it.",
        "Which records are looked at.",
        "The board",
    ),
    (
        "Data steward",
        "other",
        "",
        "",
        "Origin and quality of training data.",
        "Refuse a data set.",
        "Owner of claims systems",
    ),
)

# what, kind, how much, in their words, days ago
COMMITMENTS = (
    (
        "Build a management system for AI",
        "commitment",
        "",
        "We want to be able to show that our machines treat people fairly.",
        350,
    ),
    ("People for the management system", "people", "1.5 people", "One officer, and half of an engineer’s time.", 340),
    ("Money for certification", "money", "EUR 42,000", "For the certification body and for training, this year.", 200),
)

SCOPE = (
    "The management of AI systems that Nordhaven Insurance develops and uses in claims handling and customer service "
    "for private motor and household insurance, as provider and as deployer."
)
DECISIONS = {
    "claims-triage": ("in", "Decides on benefits of policyholders."),
    "customer-assistant": ("in", "Speaks with policyholders."),
    "underwriting-summary": ("out", "Serves commercial underwriting, which is not part of the business in scope."),
    "fraud-signals": ("out", "In development; not used on claims."),
}
