/** A document to begin with that every server has. */
export interface Starter {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly markdown: string
}

/** What every server has. Their ids are no ids of documents. */
export const starters: readonly Starter[] = [
  {
    id: 'meeting-notes',
    title: 'Meeting notes',
    description: 'Who was there, what was said, who does what next.',
    markdown: `**Date:** \\
**Present:**

## Agenda

1. 

## Notes

- 

## Decisions

- 

## Next steps

- [ ] Who does what, by when
`,
  },
  {
    id: 'project-plan',
    title: 'Project plan',
    description: 'A goal, its milestones, its risks and who takes part.',
    markdown: `## Goal

What is different when this is done, in one or two sentences.

## Not part of it

- 

## Milestones

| Milestone | When | Who |
| --- | --- | --- |
| First version |  |  |
| Tried by others |  |  |
| Done |  |  |

## Tasks

- [ ] 

## Risks

- What may go wrong, and what we do then

## People

- 
`,
  },
  {
    id: 'weekly-journal',
    title: 'Weekly journal',
    description: 'A week on one page: plans, days, and a look back.',
    markdown: `## This week

- [ ] 

## Monday

- 

## Tuesday

- 

## Wednesday

- 

## Thursday

- 

## Friday

- 

## Looking back

**What went well:**

**What I would do differently:**

**What I take into next week:**
`,
  },
]
