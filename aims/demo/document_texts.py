"""What the demo firm's documents say."""

POLICY = """## Why this policy

Nordhaven uses AI where it serves policyholders better than a person alone would, and nowhere else.

## What we promise

- A person decides every claim above 500 euros and every refusal.
- Nobody is treated worse because of who they are; we measure it every month and publish the result to the board.
- People are told when they talk with a machine.
- Every decision of an AI system is recorded, signed and kept for ten years.

## Who does what

The board approves this policy and reviews it once a year. The head of claims owns the systems that decide on claims.
The compliance officer keeps the management system and reports to the board each quarter.

## What we do not do

We do not score people, read emotions, or let a machine alone refuse a claim.

## Review

Once a year, after every serious incident, and when the law changes."""

INCIDENTS = """1. Whoever sees an AI system do harm, or nearly, tells the service desk **at once**. No form is needed.
2. The platform engineer on call may switch the system off without asking anybody.
3. The compliance officer decides within a day whether an authority or customers must be told.
4. The decision records of the hour before and after are put under legal hold.
5. Within ten days the cause, similar cases and the correction are written down and approved."""

OVERSIGHT = """## How proposals are shown

Each proposal is shown with its reasons after the handler has entered a first view of their own.

## How they are checked

An override needs one sentence. Handlers do not confirm more than 40 proposals an hour.

| Share of overrides | What happens |
| --- | --- |
| below 1 % | a review starts: does anybody look? |
| 1 % to 15 % | nothing |
| above 15 % | a review starts: is the model still right? |

The head of claims reads the share weekly."""

OWNER = """The owner of an AI system

- knows what it is for and who is affected,
- can stop it,
- answers for its risks and for what is done about them."""

PLAN = "Draft. Validation by region is missing."
