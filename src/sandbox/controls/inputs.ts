import { IsBoolean, IsIn, IsString, Length } from 'class-validator';
import { lineNames, type LineName } from '../lines.js';
import { mishapNames, switchNames, type MishapName, type SwitchName } from './mishaps.js';

/** WhatsApp takes at most this many characters. */
const longestText = 4096;

export class NewCustomerInput {
  @IsIn(lineNames)
  line!: LineName;
}

export class TextInput {
  @IsString()
  @Length(1, longestText)
  text!: string;
}

export class TapInput {
  @IsString()
  @Length(1, 100)
  option!: string;
}

export class MishapInput {
  @IsIn(mishapNames)
  name!: MishapName;
}

export class SwitchInput {
  @IsIn(switchNames)
  name!: SwitchName;

  @IsBoolean()
  on!: boolean;
}
