import { actorOf, ApiActor, Problem } from '@duet/platform';
import { applyDecorators, Body, Controller, Headers, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { notHeld, storable } from './held.controller';
import { HeldGroups, type Part, type PartDone } from './held.groups';
import type { HeldFilter } from './held.list.store';
import { HeldOperations, type Operated } from './held.operations';
import { DropGroup, DropHeld, GroupDoneView, OperatedView, operatedOf, oneOfManyOf, RedriveGroup, SettleHeld } from './held.view';

/** Documents what the operations on one message answer. */
const ApiOperated = () =>
  applyDecorators(
    ApiActor(),
    ApiOkResponse({ description: 'what happened', type: OperatedView }),
    ApiAcceptedResponse({ description: 'its outside call has been made and has not answered yet', type: OperatedView }),
  );
const ApiGroupDone = () =>
  applyDecorators(
    HttpCode(HttpStatus.OK),
    ApiActor(),
    ApiOkResponse({ description: 'what happened to each; ask again from next on for the rest', type: GroupDoneView }),
  );

/** What a person does about messages that wait at this service, or were set aside. */
@ApiTags('held')
@Controller('held')
export class HeldOperationsController {
  constructor(
    private readonly operations: HeldOperations,
    private readonly groups: HeldGroups,
  ) {}

  @Post('redrive')
  @ApiOperation({ summary: 'Has the messages of a group tried again now, each in its order' })
  @ApiGroupDone()
  async redriveGroup(@Body() group: RedriveGroup, @Headers('X-Actor') by?: string): Promise<GroupDoneView> {
    const actor = actorOf(by);
    const { filter, part } = groupOf(group);
    return partOf(await this.groups.redrive(filter, part, actor));
  }

  @Post('drop')
  @ApiOperation({ summary: 'Gives up the messages of a group, each as far as it can be' })
  @ApiGroupDone()
  async dropGroup(@Body() group: DropGroup, @Headers('X-Actor') by?: string): Promise<GroupDoneView> {
    const actor = actorOf(by);
    const { filter, part } = groupOf(group);
    return partOf(await this.groups.drop(filter, part, group.note, actor));
  }

  @Post(':id/redrive')
  @ApiOperation({ summary: 'Has a held message tried again now, in its order' })
  @ApiOperated()
  async redrive(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
    @Headers('X-Actor') by?: string,
  ): Promise<OperatedView> {
    const actor = actorOf(by);
    return answer(id, await this.operations.redrive(storable(id), actor), response);
  }

  @Post(':id/settle')
  @ApiOperation({ summary: 'Records what a person did by hand: the outcome is told as if the handler had returned it' })
  @ApiOperated()
  async settle(
    @Param('id') id: string,
    @Body() said: SettleHeld,
    @Res({ passthrough: true }) response: Response,
    @Headers('X-Actor') by?: string,
  ): Promise<OperatedView> {
    const actor = actorOf(by);
    return answer(id, await this.operations.settle(storable(id), said, actor), response);
  }

  @Post(':id/drop')
  @ApiOperation({ summary: 'Gives up what nobody can read, or what was merely heard; an action is refused, and never happens' })
  @ApiOperated()
  async drop(
    @Param('id') id: string,
    @Body() { note }: DropHeld,
    @Res({ passthrough: true }) response: Response,
    @Headers('X-Actor') by?: string,
  ): Promise<OperatedView> {
    const actor = actorOf(by);
    return answer(id, await this.operations.drop(storable(id), note, actor), response);
  }
}

/** Far more than one message is meant by nothing but a word for it. @throws Problem 422 */
function groupOf({ state, reason, task, all, cursor, limit }: RedriveGroup | DropGroup): { filter: HeldFilter; part: Part } {
  const [code, asked] = [reason ?? undefined, task ?? undefined];
  if (code === undefined && asked === undefined && !all)
    throw Problem.invalid([{ path: '', text: 'say which with reason or task, or say all: true' }]);
  return {
    filter: { state: state ?? 'parked', ...(code !== undefined && { code }), ...(asked !== undefined && { task: asked }) },
    part: { after: Number(cursor ?? 0), limit: limit ?? 50 },
  };
}

const partOf = ({ done, next }: PartDone): GroupDoneView => ({
  items: done.map(oneOfManyOf),
  ...(next !== undefined && { next: String(next) }),
});

function answer(id: string, operated: Operated, response: Response): OperatedView {
  switch (operated.is) {
    case 'unknown':
      throw notHeld(id);
    case 'faulty':
      throw Problem.invalid(operated.faults);
    case 'refused':
      throw Problem.conflict(`Nothing was done: ${operated.why.text}.`, { code: operated.why.code });
    case 'happened': {
      const view = operatedOf(operated);
      response.status(view.state === 'calling' ? HttpStatus.ACCEPTED : HttpStatus.OK);
      return view;
    }
  }
}
