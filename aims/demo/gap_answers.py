"""What Nordhaven answered in its gap analysis: most is met, a dozen gaps are open, a few clauses nobody looked at."""

from typing import Any

JONAS = "jonas@nordhaven.example"
KEPT_BY_CONTROLS = "A control of ours is in operation and tested; see the register of controls."
UNSEEN = ("6.3", "7.4", "A.6.1.2", "A.8.5", "A.10.4")


def met(found: str) -> dict[str, Any]:
    return {"standing": "done", "found": found}


def gap(standing: str, found: str, needed: str, days: int | None = None, who: str = "") -> dict[str, Any]:
    said = {"standing": standing, "found": found, "needed": needed, "days": days}
    return {**said, "who": who} if who else said


ANSWERS: dict[str, dict[str, Any]] = {
    "4.1": met("Issues were gathered in two workshops and are reviewed each half year."),
    "4.2": met("Parties with what they require, from policyholders to the supervisor."),
    "4.3": met("The scope names claims handling and the customer assistant; approved by the board."),
    "4.4": gap("largely", "The processes are described.", "Say how they hang together, in one picture.", 2),
    "5.1": met("The board granted half a post and the proxy; minutes of February."),
    "5.2": met("AI policy, version 3, approved and published on the intranet."),
    "5.3": met("Roles are given by name, and accepted in writing."),
    "6.1.1": met("Criteria on a scale of five by five; opportunities are kept beside the risks."),
    "6.1.2": met("Fourteen risks judged by the criteria, for people and groups too."),
    "6.1.3": gap("largely", "Treatment plan and statement exist as drafts.", "Have both approved by the board.", 3),
    "6.1.4": met("Method along the headings of ISO/IEC 42005, tried on claims triage."),
    "6.2": gap("partly", "Four objectives.", "Two have no measure; add one with a date and an owner.", 2),
    "7.1": met("Budget for three years; see the commitments."),
    "7.2": gap(
        "partly", "Skills are listed for each role.", "Evidence for the two newest system owners is missing.", 4, JONAS
    ),
    "7.3": met("Campaign in spring; 94 % of those in scope have read the policy."),
    "7.5.1": met("Every document that the standard names is in the register."),
    "7.5.2": met("Version, owner and review date on each; approvals with signature."),
    "7.5.3": gap("largely", "Access and retention are settled.", "Nobody has disposed of anything by the rule yet.", 1),
    "8.1": met("Changes of models and prompts pass a second reviewer and an evaluation gate."),
    "8.2": met("Repeated each half year, last in September."),
    "8.3": gap("partly", "Most treatments run.", "Close the two late treatments, and check that they work.", 8, JONAS),
    "8.4": gap("nothing", "", "Repeat the impact assessment of claims triage after the change of model.", 6),
    "9.1": met("Weekly share of overrides, monthly referral rates; reported to the board."),
    "9.2.1": met("Internal audit in autumn, by Tomáš Novák."),
    "9.2.2": met("Programme for three years by importance of the processes."),
    "9.3.1": met("The board reviewed the management system after the audit."),
    "9.3.2": gap(
        "largely", "Minutes of the review.", "Two of the required inputs are not in the minutes; add them.", 2
    ),
    "9.3.3": met("Five decisions with owner and date."),
    "10.1": met("Improvements are kept, with what they are good for."),
    "10.2": gap("partly", "Findings have corrections.", "Check for three of them that the action had an effect.", 5),
    "A.4.4": gap(
        "nothing", "", "List the tools that each system relies on, down to libraries for evaluation.", 4, JONAS
    ),
    "A.5.5": gap("partly", "Assessed for claims triage.", "Assess effects on society for fraud signals.", 3),
    "A.7.5": gap("nothing", "", "Follow the training data of fraud signals back to its origin.", None, JONAS),
    "A.7.6": gap("partly", "Preparation scripts are versioned.", "Write down why these steps were chosen.", 3, JONAS),
    "A.7.2": {
        "standing": "not-needed",
        "found": "No system is developed from data but fraud signals, which A.7.3 to A.7.6 cover in full.",
    },
}
